// SPDX-License-Identifier: Apache-2.0
// The answer first: counts, then what failed, what changed, what is open, and what to do. ASCII but for the document's
// own text. Below 80 columns a benchmark is a sentence, from there on a row of a table, with a bar where it fits.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "perfopt/report/comparison_formats.hpp"
#include "perfopt/report/comparison_view.hpp"
#include "perfopt/report/escape.hpp"
#include "perfopt/report/forest_bar.hpp"
#include "perfopt/report/phrase.hpp"
#include "perfopt/report/text_layout.hpp"

namespace perfopt::report {
namespace {

using model::Change;
using model::ComparedBenchmark;
using model::Comparison;

constexpr unsigned kLeastWidth = 60;
constexpr unsigned kTableWidth = 80;
constexpr std::size_t kMostName = 40;
constexpr std::size_t kLeastBar = 15;
constexpr std::size_t kMostBar = 31;
constexpr std::size_t kFigures = 50;  // columns that a row takes beside name, metric and bar

class Console {
 public:
  Console(const Comparison& comparison, const ComparisonTextOptions& options)
      : comparison_(comparison),
        options_(options),
        width_(std::max(options.width, kLeastWidth)),
        count_(tally(comparison)),
        slower_(with_verdict(comparison, Change::slower)),
        faster_(with_verdict(comparison, Change::faster)),
        open_(with_verdict(comparison, Change::inconclusive)),
        same_(with_verdict(comparison, Change::same)),
        bar_(shown(), bar_cells()) {}

  std::string text() {
    answer();
    without_times("FAILED: not measured, or the outputs differ", Change::failed, Ink::bad);
    section("Slower", slower_, Ink::bad);
    second_gates();
    section("Faster", faster_, Ink::good);
    section("Inconclusive", open_, Ink::doubtful);
    without_times("Missing: only the base has it", Change::missing, Ink::bad);
    without_times("Added: only the changed side has it", Change::added, Ink::strong);
    same();
    doubts();
    next_step();
    origin();
    return std::move(out_);
  }

 private:
  void heading(std::string_view text, Ink ink) {
    out_ += "\n" + painted(std::string(text), ink, options_.color) + "\n";
  }
  void paragraph(std::string_view text, std::string_view first, Ink ink = Ink::plain) {
    std::string lines = wrapped(printable(text), first, width_);
    lines.pop_back();
    out_ += painted(std::move(lines), ink, options_.color) + "\n";
  }

  void answer() {
    Ink ink = count_.failures > 0 ? Ink::bad : Ink::good;
    if (count_.failures == 0 && (count_[Change::inconclusive] > 0 || comparison_.benchmarks.empty())) ink = Ink::strong;
    paragraph(verdict_line(comparison_), "", ink);
    if (!comparison_.complete) {
      paragraph("Interrupted: what was not decided by then is inconclusive or missing here.", "", Ink::doubtful);
    }
  }

  // Drawn to one scale.
  [[nodiscard]] BenchmarkList shown() const {
    BenchmarkList list = slower_;
    list.insert(list.end(), faster_.begin(), faster_.end());
    list.insert(list.end(), open_.begin(), open_.end());
    if (options_.verbose) list.insert(list.end(), same_.begin(), same_.end());
    return list;
  }

  // The metric that all of them were judged by; "" when it differs.
  [[nodiscard]] std::string common_metric() const {
    const BenchmarkList list = shown();
    for (const ComparedBenchmark* benchmark : list) {
      if (benchmark->metric != list.front()->metric) return "";
    }
    return list.empty() ? "" : list.front()->metric;
  }

  [[nodiscard]] std::size_t bar_cells() const {
    std::size_t longest = 0;
    std::size_t metric = 0;
    for (const ComparedBenchmark* benchmark : shown()) {
      longest = std::max(longest, character_count(printable(benchmark->name, kMostName)));
      metric = std::max(metric, character_count(printable(benchmark->metric, 16)) + 2);
    }
    const std::size_t taken = kFigures + longest + (common_metric().empty() ? metric : 0);
    const std::size_t room = width_ > taken ? std::min(width_ - taken, kMostBar) : 0;
    return room < kLeastBar ? 0 : room - (room % 2 == 0 ? 1 : 0);
  }

  void section(const std::string& title, const BenchmarkList& list, Ink ink) {
    if (list.empty()) return;
    const std::string metric = printable(metric_words(common_metric()), 24);
    heading(metric.empty() ? title : title + ", by " + metric, ink);
    if (width_ < kTableWidth) {
      for (const ComparedBenchmark* benchmark : list) sentence(*benchmark);
    } else {
      table(list, metric.empty());
    }
    for (const ComparedBenchmark* benchmark : list) remarks(*benchmark);
  }

  void table(const BenchmarkList& list, bool with_metric) {
    const bool drawn = bar_cells() > 0;
    TextTable rows({{"benchmark", false, kMostName},
                    {"change"},
                    {"95 % interval"},
                    {"base -> changed"},
                    {"judged by", true, 16},
                    {drawn ? bar_.axis() : "", true, kMostBar}});
    for (const ComparedBenchmark* benchmark : list) {
      rows.add({printable(benchmark->name, kNameLength), change_of(*benchmark), interval_of(*benchmark),
                printable(values_of(*benchmark), 40), with_metric ? printable(metric_words(benchmark->metric), 16) : "",
                drawn ? bar_.bar(*benchmark) : ""});
    }
    out_ += rows.text("  ", width_, options_.color);
  }

  void sentence(const ComparedBenchmark& benchmark) {
    std::string words = change_of(benchmark) + " (95 %: " + interval_of(benchmark) + ")";
    if (!benchmark.ratio) words = benchmark.reason;
    const std::string values = values_of(benchmark);
    if (!values.empty()) words += ", " + values;
    if (common_metric().empty()) words += ", by " + metric_words(benchmark.metric);
    paragraph(printable(name_of(benchmark), kNameLength) + ": " + words, "  ");
  }

  // What a row does not say.
  void remarks(const ComparedBenchmark& benchmark) {
    const std::string name = printable(benchmark.name, kNameLength) + ": ";
    if (!benchmark.renamed_from.empty() && width_ >= kTableWidth) {
      paragraph(name + "was " + printable(benchmark.renamed_from, kNameLength) + " in the base", "  . ");
    }
    const bool open = benchmark.verdict == Change::inconclusive;
    const bool from_files = comparison_.method == model::CompareMethod::files;
    if (options_.verbose || !benchmark.ratio || (open && from_files)) paragraph(name + benchmark.reason, "  . ");
    if (open && !from_files && !options_.verbose && !detectable_words(benchmark).empty()) {
      paragraph(name + detectable_words(benchmark), "  . ");
    }
    if (!options_.verbose) return;
    if (!benchmark.metric_reason.empty()) paragraph(name + benchmark.metric_reason, "  . ");
    for (const model::MetricChange& metric : benchmark.metrics) {
      if (!metric.verdict) paragraph(name + figure_words(metric), "  . ");
    }
  }

  void second_gates() {
    const std::vector<GateView> list = gates(comparison_);
    if (list.empty()) return;
    heading("Second gates", count_.gates > 0 ? Ink::bad : Ink::strong);
    for (const GateView& gate : list) {
      paragraph(printable(name_of(*gate.benchmark), kNameLength) + ": " + gate_words(*gate.metric), "  - ");
    }
  }

  void without_times(std::string_view title, Change verdict, Ink ink) {
    const BenchmarkList list = with_verdict(comparison_, verdict);
    if (list.empty()) return;
    heading(title, ink);
    for (const ComparedBenchmark* benchmark : list) {
      const std::string name = printable(name_of(*benchmark), kNameLength);
      const bool told_above = verdict != Change::failed && !options_.verbose;
      paragraph(told_above || benchmark->reason.empty() ? name : name + ": " + benchmark->reason, "  - ");
    }
  }

  void same() {
    if (same_.empty()) return;
    if (options_.verbose) return section("The same " + margin_words(comparison_), same_, Ink::strong);
    heading("The same " + margin_words(comparison_) + ": " + plural(same_.size(), "benchmark", "benchmarks") +
                " (--verbose lists them)",
            Ink::plain);
  }

  void doubts() {
    const std::vector<model::Doubt> list = doubts_of(comparison_);
    if (list.empty()) return;
    heading("What makes these numbers doubtful", Ink::doubtful);
    for (const model::Doubt& doubt : list) {
      paragraph(doubt.finding + (doubt.advice.empty() ? "" : " -> " + doubt.advice), "  ! ");
    }
  }

  void next_step() {
    const std::string open = inconclusive_advice(comparison_);
    if (open.empty() && comparison_.advice.empty()) return;
    heading("What to do", Ink::strong);
    if (!open.empty()) paragraph(open, "  ");
    if (!comparison_.advice.empty()) paragraph(comparison_.advice, "  ", Ink::strong);
  }

  void origin() {
    out_ += "\n";
    for (const std::string& line : certainty(comparison_)) paragraph(line, "", Ink::faint);
    paragraph(side_words(comparison_.base, "base"), "", Ink::faint);
    paragraph(side_words(comparison_.changed, "changed"), "", Ink::faint);
    std::string line;
    for (const std::string& part : origin_parts(comparison_)) line += (line.empty() ? "" : " | ") + part;
    if (!line.empty()) paragraph(line, "", Ink::faint);
  }

  const Comparison& comparison_;
  ComparisonTextOptions options_;
  std::size_t width_;
  ChangeTally count_;
  BenchmarkList slower_, faster_, open_, same_;
  ForestBar bar_;
  std::string out_;
};

}  // namespace

std::string comparison_console(const Comparison& comparison, const ComparisonTextOptions& options) {
  return Console(comparison, options).text();
}

}  // namespace perfopt::report
