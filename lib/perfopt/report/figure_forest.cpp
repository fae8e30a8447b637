// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "perfopt/core/units.hpp"
#include "perfopt/report/comparison_view.hpp"
#include "perfopt/report/figure_builders.hpp"
#include "perfopt/report/suite_formats.hpp"

namespace perfopt::report {
namespace {

constexpr unsigned kEven = 0;
constexpr unsigned kGood = 1;
constexpr unsigned kBad = 2;

// Markers that point as the signs of the words beside them.
constexpr unsigned kUp = 2;
constexpr unsigned kDown = 4;
constexpr unsigned kSquare = 1;

constexpr double kLeastReach = 0.02;  // logarithm: the axis never shows less than this to either side
constexpr double kMostReach = 3.0;    // nor more: a factor of 20

unsigned style_of(model::Verdict verdict) {
  if (verdict == model::Verdict::wins) return kGood;
  return verdict == model::Verdict::loses ? kBad : kEven;
}

unsigned style_of(model::Change change) {
  if (change == model::Change::faster) return kGood;
  return change == model::Change::slower ? kBad : kEven;
}

unsigned marker_of(model::Change change) {
  if (change == model::Change::slower) return kUp;
  return change == model::Change::faster ? kDown : kSquare;
}

struct Effect {
  const ProblemView* problem;
  const model::Case* item;
  const model::Variant* variant;
  model::Interval speedup;
};

std::vector<Effect> effects_of(const ProblemView& problem) {
  std::vector<Effect> effects;
  for (const std::string_view name : problem.strategies) {
    std::optional<Effect> largest;
    for (const model::Case* item : problem.cases) {
      const model::Variant* variant = find_variant(*item, name);
      const auto speedup = variant == nullptr ? std::nullopt : speedup_of(*variant);
      if (speedup) largest = Effect{&problem, item, variant, *speedup};
    }
    if (largest) effects.push_back(*largest);
  }
  return effects;
}

FigureRow row_of(const Effect& effect) {
  FigureRow row;
  row.label = effect.problem->id + "/" + effect.variant->name + " " + format_count(effect.item->size);
  row.tone = tone_of(*effect.variant);
  row.text = std::string(tone_sign(row.tone)) + " " + speedup_text(*effect.variant);
  row.style = style_of(effect.variant->summary.verdict);
  if (row.style != kEven) row.marker = row.style == kGood ? kUp : kDown;
  row.value = effect.speedup.estimate;
  row.low = effect.speedup.low;
  row.high = effect.speedup.high;
  return row;
}

FigureRow row_of(const model::ComparedBenchmark& benchmark) {
  FigureRow row;
  row.label = name_of(benchmark);
  row.text = std::string(sign_of(benchmark.verdict)) + " " + change_of(benchmark);
  row.note = row.label + ": " + std::string(change_name(benchmark.verdict)) + ", " + change_of(benchmark) +
             ", 95 % interval " + interval_of(benchmark);
  row.style = style_of(benchmark.verdict);
  row.marker = marker_of(benchmark.verdict);
  row.value = benchmark.ratio->estimate;
  row.low = benchmark.ratio->low;
  row.high = benchmark.ratio->high;
  return row;
}

std::vector<std::vector<TableCell>> table_rows(const model::Comparison& comparison) {
  std::vector<std::vector<TableCell>> rows;
  const auto known = [](const std::optional<double>& value) { return value ? TableCell(*value) : TableCell(); };
  for (const model::ComparedBenchmark& benchmark : comparison.benchmarks) {
    const auto& ratio = benchmark.ratio;
    rows.push_back({name_of(benchmark), std::string(change_name(benchmark.verdict)),
                    ratio ? TableCell(ratio->estimate) : TableCell(), ratio ? TableCell(ratio->low) : TableCell(),
                    ratio ? TableCell(ratio->high) : TableCell(), known(benchmark.base), known(benchmark.changed),
                    benchmark.unit});
  }
  return rows;
}

// The same to both sides of 1.
std::array<double, 2> range_of(const BenchmarkList& drawn) {
  double reach = kLeastReach;
  for (const model::ComparedBenchmark* benchmark : drawn) {
    for (const double ratio : {benchmark->ratio->estimate, benchmark->ratio->low, benchmark->ratio->high}) {
      if (std::isfinite(ratio) && ratio > 0) reach = std::max(reach, std::abs(std::log(ratio)));
    }
  }
  reach = std::min(reach * 1.08, kMostReach);
  return {std::exp(-reach), std::exp(reach)};
}

// Of "the same", where all have one.
std::optional<std::array<double, 2>> margin_of(const BenchmarkList& drawn) {
  const double margin = drawn.front()->margin;
  const bool is_common = std::ranges::all_of(drawn, [&](const auto* benchmark) { return benchmark->margin == margin; });
  if (!is_common || !std::isfinite(margin) || margin <= 0 || margin >= 1) return std::nullopt;
  return std::array<double, 2>{1 - margin, 1 + margin};
}

}  // namespace

bool has_place(const model::ComparedBenchmark& benchmark) {
  return benchmark.ratio && std::isfinite(benchmark.ratio->estimate) && benchmark.ratio->estimate > 0;
}

std::optional<Panel> changes_panel(const BenchmarkList& benchmarks) {
  BenchmarkList drawn;
  std::ranges::copy_if(benchmarks, std::back_inserter(drawn), [](const auto* one) { return has_place(*one); });
  if (drawn.empty()) return std::nullopt;
  Panel panel;
  panel.kind = PanelKind::intervals;
  panel.x = {"time after, against before", Quantity::change, true};
  panel.reference = 1;
  panel.x_range = range_of(drawn);
  panel.margin = margin_of(drawn);
  for (const model::ComparedBenchmark* benchmark : drawn) panel.rows.push_back(row_of(*benchmark));
  panel.caption = "The line is the 95 % interval; right of the middle is slower.";
  if (panel.margin) panel.caption += " Grey: within " + share_words(drawn.front()->margin) + ", the same.";
  return panel;
}

Figure forest_figure(Problems problems) {
  Figure figure{.name = "forest",
                .title = "Speed-ups with 95 % intervals",
                .description =
                    "The largest measured size of each strategy; right of the line is faster than the "
                    "baseline.",
                .panels = {},
                .table = speedup_table()};
  std::vector<Effect> effects;
  for (const ProblemView& problem : problems) std::ranges::copy(effects_of(problem), std::back_inserter(effects));
  std::ranges::stable_sort(effects, std::ranges::greater(), [](const Effect& e) { return e.speedup.estimate; });
  Panel panel;
  panel.kind = PanelKind::intervals;
  panel.x = {"speed-up", Quantity::ratio, true};
  panel.reference = 1;
  for (const Effect& effect : effects) {
    panel.rows.push_back(row_of(effect));
    figure.table.rows.push_back(speedup_row(*effect.problem, *effect.item, *effect.variant, effect.speedup));
  }
  if (!panel.rows.empty()) figure.panels.push_back(std::move(panel));
  return figure;
}

Figure forest_figure(const model::Comparison& comparison) {
  Figure figure{.name = "forest",
                .title = "Changes with their intervals",
                .description = "Time of the changed side divided by that of the base.",
                .panels = {},
                .table = {{{"benchmark"},
                           {"verdict"},
                           {"ratio", Quantity::ratio},
                           {"low", Quantity::ratio},
                           {"high", Quantity::ratio},
                           {"base", Quantity::count},
                           {"changed", Quantity::count},
                           {"unit"}},
                          table_rows(comparison)}};
  BenchmarkList shown = with_verdict(comparison, model::Change::slower);
  std::ranges::copy(with_verdict(comparison, model::Change::faster), std::back_inserter(shown));
  if (shown.empty()) {
    for (const model::ComparedBenchmark& benchmark : comparison.benchmarks) shown.push_back(&benchmark);
  }
  auto panel = changes_panel(shown);
  if (!panel) return figure;
  figure.description += " ▲ slower, ▼ faster, ■ neither. " + panel->caption;
  figure.panels.push_back(std::move(*panel));
  return figure;
}

}  // namespace perfopt::report
