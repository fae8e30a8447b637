// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/comparison_text.hpp"

#include <algorithm>

#include "perfopt/core/units.hpp"
#include "perfopt/report/comparison_formats.hpp"
#include "perfopt/report/comparison_view.hpp"
#include "perfopt/report/escape.hpp"
#include "perfopt/report/phrase.hpp"
#include "perfopt/report/text_layout.hpp"

namespace perfopt::report {
namespace {

using model::Change;

// "2.1 % (1.8 to 2.4 %)" of a change that is known to go one way; with signs where the interval holds both.
std::string amount(const model::Interval& ratio, bool faster) {
  const auto words = [faster](double value) {
    std::string text = format_change(faster ? 2 - value : value);
    if (text.starts_with('+')) text.erase(0, 1);
    return text;
  };
  std::string low = words(faster ? ratio.high : ratio.low);
  if (low.ends_with(" %")) low.resize(low.size() - 2);
  return words(ratio.estimate) + " (" + low + " to " + words(faster ? ratio.low : ratio.high) + ")";
}

std::string verdict_words(const model::ComparedBenchmark& benchmark) {
  const std::string name(change_name(benchmark.verdict));
  if (!benchmark.ratio) return benchmark.reason.empty() ? name : name + ": " + benchmark.reason;
  const std::string interval = " (" + interval_of(benchmark) + ")";
  switch (benchmark.verdict) {
    case Change::slower:
    case Change::faster:
      return name + " by " + amount(*benchmark.ratio, benchmark.verdict == Change::faster);
    case Change::same:
      return "the same within " + share_words(benchmark.margin) + ": " + change_of(benchmark) + interval;
    case Change::inconclusive:
      return "inconclusive: " + change_of(benchmark) + interval;
    default:
      return benchmark.reason.empty() ? name : name + ": " + benchmark.reason;
  }
}

Ink ink_of(Change verdict) {
  switch (verdict) {
    case Change::slower:
    case Change::missing:
    case Change::failed:
      return Ink::bad;
    case Change::faster:
      return Ink::good;
    case Change::inconclusive:
      return Ink::doubtful;
    default:
      return Ink::plain;
  }
}

}  // namespace

std::string comparison_text(const model::Comparison& comparison, const ComparisonTextOptions& options) {
  switch (options.format) {
    case ComparisonFormat::markdown:
      return comparison_markdown(comparison);
    case ComparisonFormat::csv:
      return comparison_csv(comparison);
    case ComparisonFormat::junit:
      return comparison_junit(comparison);
    case ComparisonFormat::github:
      return comparison_github(comparison);
    case ComparisonFormat::sarif:
      return comparison_sarif(comparison);
    case ComparisonFormat::console:
      break;
  }
  return comparison_console(comparison, options);
}

std::string benchmark_line(const model::ComparedBenchmark& benchmark, std::size_t done, std::size_t total,
                           const ComparisonTextOptions& options) {
  const std::string counter = total == 0 ? "" : "[" + std::to_string(done) + "/" + std::to_string(total) + "] ";
  std::string line = wrapped(printable(name_of(benchmark), kNameLength) + ": " + printable(verdict_words(benchmark)),
                             counter, std::max(options.width, 60U));
  line.pop_back();
  return painted(std::move(line), ink_of(benchmark.verdict), options.color) + "\n";
}

std::string verdict_line(const model::Comparison& comparison) {
  if (comparison.benchmarks.empty()) return "no benchmark was compared";
  const ChangeTally count = tally(comparison);
  std::string line = format_count(count[Change::slower]) + " slower, " + format_count(count[Change::faster]) +
                     " faster, " + format_count(count[Change::same]) + " the same " + margin_words(comparison);
  for (const Change change : {Change::inconclusive, Change::missing, Change::added, Change::failed}) {
    if (count[change] > 0) line += ", " + format_count(count[change]) + " " + std::string(change_name(change));
  }
  if (count.gates > 0) line += "; " + plural(count.gates, "second gate is slower", "second gates are slower");
  return comparison.complete ? line : line + "; INTERRUPTED";
}

}  // namespace perfopt::report
