// SPDX-License-Identifier: Apache-2.0
// GitHub-flavoured Markdown for a pull request: the verdict, what changed, and the rest folded away.
#include <string>
#include <vector>

#include "perfopt/core/units.hpp"
#include "perfopt/report/comparison_formats.hpp"
#include "perfopt/report/comparison_view.hpp"
#include "perfopt/report/escape.hpp"
#include "perfopt/report/phrase.hpp"

namespace perfopt::report {
namespace {

using model::Change;
using model::ComparedBenchmark;
using model::Comparison;

std::string name_cell(const ComparedBenchmark& benchmark) {
  return markdown_text(name_of(benchmark), kNameLength);
}

std::string or_dash(const std::string& text) {
  return text.empty() ? "-" : text;
}

std::string table(const BenchmarkList& list) {
  if (list.empty()) return "";
  std::string out =
      "| benchmark | verdict | change | 95 % interval | base -> changed | judged by |\n"
      "|---|---|---:|---:|---:|---|\n";
  for (const ComparedBenchmark* benchmark : list) {
    out += "| " + name_cell(*benchmark) + " | " + std::string(change_name(benchmark->verdict)) + " | " +
           or_dash(change_of(*benchmark)) + " | " + or_dash(interval_of(*benchmark)) + " | " +
           or_dash(markdown_text(values_of(*benchmark), kNameLength)) + " | " +
           or_dash(markdown_text(metric_words(benchmark->metric), kNameLength)) + " |\n";
  }
  return out + "\n";
}

// "- name: reason" for each, the lines that the table has no room for.
std::string reasons(const BenchmarkList& list) {
  std::string out;
  for (const ComparedBenchmark* benchmark : list) {
    out += "- " + name_cell(*benchmark) + (benchmark->reason.empty() ? "" : ": ") + markdown_text(benchmark->reason);
    out += "\n";
  }
  return out.empty() ? out : out + "\n";
}

std::string section(std::string_view title, const std::string& body) {
  return body.empty() ? "" : "### " + std::string(title) + "\n\n" + body;
}

std::string folded(const std::string& title, const std::string& body) {
  return body.empty() ? "" : "<details><summary>" + title + "</summary>\n\n" + body + "\n</details>\n\n";
}

std::string second_gates(const Comparison& comparison) {
  std::string out;
  for (const GateView& gate : gates(comparison)) {
    out += "- " + name_cell(*gate.benchmark) + ": " + markdown_text(gate_words(*gate.metric)) + "\n";
  }
  return out.empty() ? out : out + "\n";
}

std::string significant(const Comparison& comparison) {
  BenchmarkList list = with_verdict(comparison, Change::slower);
  for (const ComparedBenchmark* benchmark : with_verdict(comparison, Change::faster)) list.push_back(benchmark);
  return table(list);
}

std::string what_to_do(const Comparison& comparison) {
  std::string out;
  const std::string open = inconclusive_advice(comparison);
  if (!open.empty()) out += markdown_text(open) + "\n\n";
  if (!comparison.advice.empty()) out += markdown_text(comparison.advice) + "\n\n";
  return out;
}

std::string how_sure(const Comparison& comparison) {
  std::string out;
  for (const std::string& line : certainty(comparison)) out += "- " + markdown_text(line) + "\n";
  for (const model::Doubt& doubt : doubts_of(comparison)) {
    out += "- Doubtful: " + markdown_text(doubt.finding) +
           (doubt.advice.empty() ? "" : ". " + markdown_text(doubt.advice)) + "\n";
  }
  return out;
}

std::string environment(const Comparison& comparison) {
  std::string out = "- " + markdown_text(side_words(comparison.base, "base")) + "\n- " +
                    markdown_text(side_words(comparison.changed, "changed")) + "\n";
  for (const std::string& part : origin_parts(comparison)) out += "- " + markdown_text(part) + "\n";
  return out;
}

}  // namespace

std::string comparison_markdown(const Comparison& comparison) {
  const BenchmarkList same = with_verdict(comparison, Change::same);
  std::string out = "## " + markdown_text(verdict_line(comparison)) + "\n\n";
  if (!comparison.complete) out += "> Interrupted: what was not decided by then is inconclusive or missing here.\n\n";
  out += section("Failed: not measured, or the outputs differ", reasons(with_verdict(comparison, Change::failed)));
  out += significant(comparison);
  out += section("Second gates", second_gates(comparison));
  out += section("Missing: only the base has it", reasons(with_verdict(comparison, Change::missing)));
  out += section("Inconclusive", reasons(with_verdict(comparison, Change::inconclusive)));
  out += section("What to do", what_to_do(comparison));
  out += folded(plural(same.size(), "benchmark", "benchmarks") + " the same " + margin_words(comparison), table(same));
  out += folded("Added: only the changed side has it", reasons(with_verdict(comparison, Change::added)));
  out += folded("How sure", how_sure(comparison));
  return out + folded("Measured on", environment(comparison));
}

}  // namespace perfopt::report
