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

unsigned style_of(model::Verdict verdict) {
  if (verdict == model::Verdict::wins) return kGood;
  return verdict == model::Verdict::loses ? kBad : kEven;
}

unsigned style_of(model::Change change) {
  if (change == model::Change::faster) return kGood;
  return change == model::Change::slower ? kBad : kEven;
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
  row.value = effect.speedup.estimate;
  row.low = effect.speedup.low;
  row.high = effect.speedup.high;
  return row;
}

FigureRow row_of(const model::ComparedBenchmark& benchmark) {
  FigureRow row;
  row.label = name_of(benchmark);
  row.text = std::string(sign_of(benchmark.verdict)) + " " + change_of(benchmark);
  row.style = style_of(benchmark.verdict);
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

bool has_interval(const model::ComparedBenchmark* benchmark) {
  return benchmark->ratio && std::isfinite(benchmark->ratio->estimate) && benchmark->ratio->estimate > 0;
}

}  // namespace

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
                .description = "Time of the changed side divided by that of the base; right of the line is slower.",
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
  Panel panel;
  panel.kind = PanelKind::intervals;
  panel.x = {"changed / base", Quantity::ratio, true};
  panel.reference = 1;
  for (const model::ComparedBenchmark* benchmark : shown) {
    if (has_interval(benchmark)) panel.rows.push_back(row_of(*benchmark));
  }
  if (!panel.rows.empty()) figure.panels.push_back(std::move(panel));
  return figure;
}

}  // namespace perfopt::report
