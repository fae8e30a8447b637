// SPDX-License-Identifier: Apache-2.0
// JUnit XML as Jenkins, GitLab and others read it (junit-10.xsd of Jenkins' xUnit plugin): one test case a benchmark.
//
// What fails() says is a <failure>, its type the verdict; what is inconclusive, missing or added and does not fail is
// <skipped>. The figures of each stand in its <system-out>. Names are never cut: CI systems follow a case by its name.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "perfopt/report/comparison_formats.hpp"
#include "perfopt/report/comparison_view.hpp"
#include "perfopt/report/escape.hpp"

namespace perfopt::report {
namespace {

using model::Change;
using model::ComparedBenchmark;
using model::Comparison;

std::string xml(std::string_view text) {
  return html_text(text, std::string_view::npos);
}

std::string attribute(std::string_view name, std::string_view value) {
  return " " + std::string(name) + "=\"" + xml(value) + "\"";
}

std::string seconds(double value) {
  if (!std::isfinite(value) || value < 0 || value > 1e9) return "0.000";
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3f", value);
  return text.data();
}

bool is_skipped(const Comparison& comparison, const ComparedBenchmark& benchmark) {
  const bool no_answer = benchmark.verdict == Change::inconclusive || benchmark.verdict == Change::missing ||
                         benchmark.verdict == Change::added;
  return no_answer && !fails(comparison, benchmark);
}

// "slower: +3.1 % ...": the verdict with its reason; the gate where that is what fails.
std::string message(const ComparedBenchmark& benchmark) {
  std::string text(change_name(benchmark.verdict));
  if (!benchmark.reason.empty()) text += ": " + benchmark.reason;
  for (const model::MetricChange& metric : benchmark.metrics) {
    if (metric.verdict == Change::slower) text += "; " + gate_words(metric);
  }
  return text;
}

std::string failure_type(const ComparedBenchmark& benchmark) {
  const bool gate_alone = benchmark.verdict == Change::same || benchmark.verdict == Change::faster;
  return gate_alone ? "second-gate" : std::string(change_name(benchmark.verdict));
}

std::string figures(const ComparedBenchmark& benchmark) {
  std::string out;
  const auto line = [&](const std::string& text) {
    if (!text.empty()) out += xml(text) + "\n";
  };
  line("verdict: " + message(benchmark));
  if (benchmark.ratio) line("change: " + change_of(benchmark) + ", 95 % interval " + interval_of(benchmark));
  line(values_of(benchmark).empty() ? "" : "base -> changed: " + values_of(benchmark));
  line(benchmark.metric.empty() ? "" : "judged by: " + metric_words(benchmark.metric));
  line(benchmark.metric_reason);
  line(detectable_words(benchmark));
  for (const model::MetricChange& metric : benchmark.metrics) {
    line(metric.verdict ? gate_words(metric) : figure_words(metric));
  }
  return out;
}

std::string test_case(const Comparison& comparison, const ComparedBenchmark& benchmark) {
  std::string out = "    <testcase" + attribute("classname", "perfbench.compare") + attribute("name", benchmark.name) +
                    attribute("time", seconds(benchmark.seconds)) + ">\n";
  if (fails(comparison, benchmark)) {
    out += "      <failure" + attribute("type", failure_type(benchmark)) + attribute("message", message(benchmark)) +
           "/>\n";
  } else if (is_skipped(comparison, benchmark)) {
    out += "      <skipped" + attribute("message", message(benchmark)) + "/>\n";
  }
  return out + "      <system-out>" + figures(benchmark) + "</system-out>\n    </testcase>\n";
}

std::string properties(const Comparison& comparison) {
  std::string out = "    <properties>\n";
  const auto add = [&](std::string_view name, std::string_view value) {
    out += "      <property" + attribute("name", name) + attribute("value", value) + "/>\n";
  };
  add("verdict", verdict_line(comparison));
  add("base", side_words(comparison.base, "base"));
  add("changed", side_words(comparison.changed, "changed"));
  for (const std::string& line : certainty(comparison)) add("certainty", line);
  for (const model::Doubt& doubt : doubts_of(comparison)) add("doubt", doubt.finding + ". " + doubt.advice);
  if (!comparison.advice.empty()) add("advice", comparison.advice);
  return out + "    </properties>\n";
}

}  // namespace

std::string comparison_junit(const Comparison& comparison) {
  const auto skipped = std::ranges::count_if(
      comparison.benchmarks, [&](const ComparedBenchmark& benchmark) { return is_skipped(comparison, benchmark); });
  const std::string counts = attribute("tests", std::to_string(comparison.benchmarks.size())) +
                             attribute("failures", std::to_string(tally(comparison).failures)) +
                             attribute("errors", "0") + attribute("time", seconds(comparison.elapsed_s));
  std::string started = comparison.started;
  if (started.ends_with('Z')) started.pop_back();  // readers of the format know no time zone
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" + attribute("name", "perfbench compare") +
                    counts + ">\n  <testsuite" + attribute("name", "perfbench compare") + counts +
                    attribute("skipped", std::to_string(skipped)) + attribute("timestamp", started) +
                    attribute("hostname", comparison.environment.host) + ">\n";
  out += properties(comparison);
  for (const ComparedBenchmark& benchmark : comparison.benchmarks) out += test_case(comparison, benchmark);
  return out + "  </testsuite>\n</testsuites>\n";
}

}  // namespace perfopt::report
