// SPDX-License-Identifier: Apache-2.0
// The failing benchmarks as results of static analysis, for those who look at all findings in one place.
#include <string>
#include <string_view>
#include <utility>

#include "perfopt/core/build_facts.hpp"
#include "perfopt/model/sarif.hpp"
#include "perfopt/report/comparison_formats.hpp"
#include "perfopt/report/comparison_view.hpp"
#include "perfopt/report/escape.hpp"

namespace perfopt::report {
namespace {

using model::Change;
using model::ComparedBenchmark;
using model::Comparison;

constexpr std::string_view kGate = "second-gate";

std::string whole(std::string_view text) {
  return printable(text, std::string_view::npos);
}

// The program without its arguments, or the file.
std::string file_of(const Comparison& comparison) {
  const std::string& command = comparison.changed.command;
  const bool is_file = comparison.method == model::CompareMethod::files;
  return whole(is_file ? command : command.substr(0, command.find(' ')));
}

std::vector<model::SarifRule> rules() {
  const std::string look = "Run the printed command again, then profile the benchmark on both sides.";
  return {{std::string(change_name(Change::slower)), "The change made the benchmark slower.", look},
          {std::string(kGate), "A second figure, such as instructions, became worse.", look},
          {std::string(change_name(Change::failed)), "The benchmark could not be measured, or its outputs differ.",
           "Make both sides run and give the same output."},
          {std::string(change_name(Change::missing)), "Only the base has the benchmark.",
           "Bring it back, or leave \"missing\" out of --fail-on."},
          {std::string(change_name(Change::inconclusive)), "Not enough is known for a verdict.",
           "Raise --max-time or --threshold."}};
}

}  // namespace

std::string comparison_sarif(const Comparison& comparison) {
  model::SarifLog log{.tool = "perfbench",
                      .tool_version = std::string(build_facts().version),
                      .rules = rules(),
                      .results = {},
                      .properties = {}};
  const std::string file = file_of(comparison);
  const auto add = [&](std::string_view rule, const ComparedBenchmark& benchmark, const std::string& message) {
    log.results.push_back(
        {.rule = std::string(rule),
         .level = fails(comparison, benchmark) ? model::SarifLevel::error : model::SarifLevel::warning,
         .message = printable(name_of(benchmark), kNameLength) + ": " + printable(message),
         .subject = whole(benchmark.name),
         .file = file});
  };
  for (const ComparedBenchmark& benchmark : comparison.benchmarks) {
    const bool is_slower = benchmark.verdict == Change::slower;
    const bool told = is_slower || (fails(comparison, benchmark) && benchmark.verdict != Change::same &&
                                    benchmark.verdict != Change::faster && benchmark.verdict != Change::added);
    if (told) add(change_name(benchmark.verdict), benchmark, benchmark.reason);
    for (const model::MetricChange& metric : benchmark.metrics) {
      if (metric.verdict == Change::slower) add(kGate, benchmark, gate_words(metric));
    }
  }
  log.properties = {{"verdict", verdict_line(comparison)},
                    {"base", whole(side_words(comparison.base, "base"))},
                    {"changed", whole(side_words(comparison.changed, "changed"))}};
  return to_json_text(log);
}

}  // namespace perfopt::report
