// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "perfopt/core/units.hpp"
#include "perfopt/report/figure_builders.hpp"

namespace perfopt::report {

unsigned style_of_strategy(std::size_t index) {
  return index == 0 ? 0 : 1 + static_cast<unsigned>((index - 1) % (kStyles - 2));  // the last is that of limits
}

std::string unit_of(const ProblemView& problem) {
  return problem.unit().empty() ? "size" : problem.unit();
}

std::vector<FigureMark> crossovers_of(const ProblemView& problem) {
  std::vector<FigureMark> marks;
  if (problem.finding == nullptr) return marks;
  for (const model::VariantFinding& finding : problem.finding->variants) {
    if (finding.crossover && std::isfinite(finding.crossover->size)) {
      marks.push_back({finding.crossover->size, finding.variant + " " + format_about(finding.crossover->size)});
    }
  }
  std::ranges::stable_sort(marks, {}, &FigureMark::x);
  return marks;
}

std::optional<Panel> speedup_panel(const ProblemView& problem) {
  Panel panel;
  panel.title = problem.id;
  panel.x = {"size [" + unit_of(problem) + "]", Quantity::count, true};
  panel.y = {"speed-up", Quantity::ratio, true};
  bool has_weaker = false;
  for (std::size_t i = 0; i < problem.strategies.size(); ++i) {
    const std::string_view name = problem.strategies[i];
    FigureSeries line{std::string(name), style_of_strategy(i), {}, is_weaker(problem, name)};
    for (const model::Case* item : problem.cases) {
      const model::Variant* variant = find_variant(*item, name);
      const auto speedup = variant == nullptr ? std::nullopt : speedup_of(*variant);
      if (!speedup) continue;
      line.points.push_back({static_cast<double>(item->size), speedup->estimate, speedup->low, speedup->high});
    }
    if (line.points.empty()) continue;
    has_weaker = has_weaker || line.is_dashed;
    panel.series.push_back(std::move(line));
  }
  if (panel.series.empty()) return std::nullopt;
  panel.marks = crossovers_of(problem);
  panel.reference = 1;
  panel.reference_label = std::string(problem.strategies.front());
  if (panel.reference_label.empty()) panel.reference_label = "baseline";
  panel.caption = "Speed-up with 95 % intervals; above the dashed line is faster than " + panel.reference_label +
                  (panel.marks.empty() ? "" : "; dotted: crossovers") +
                  (has_weaker ? "; broken lines: weaker meaning." : ".");
  return panel;
}

FigureTable speedup_table() {
  return {{{"problem"},
           {"strategy"},
           {"size", Quantity::count},
           {"unit"},
           {"speed-up", Quantity::ratio},
           {"low", Quantity::ratio},
           {"high", Quantity::ratio},
           {"verdict"}},
          {}};
}

std::vector<TableCell> speedup_row(const ProblemView& problem, const model::Case& item, const model::Variant& variant,
                                   const model::Interval& speedup) {
  return {problem.id,       variant.name, item.size,    problem.unit(),
          speedup.estimate, speedup.low,  speedup.high, std::string(verdict_text(variant.summary.verdict))};
}

Figure speedup_figure(Problems problems) {
  Figure figure{.name = "speedup",
                .title = "Speed-up over size",
                .description = "Time of the baseline divided by the time of the strategy, with 95 % intervals.",
                .panels = {},
                .table = speedup_table()};
  for (const ProblemView& problem : problems) {
    if (auto panel = speedup_panel(problem)) figure.panels.push_back(std::move(*panel));
    for (const model::Case* item : problem.cases) {
      for (const model::Variant& variant : item->variants) {
        if (const auto speedup = speedup_of(variant)) {
          figure.table.rows.push_back(speedup_row(problem, *item, variant, *speedup));
        }
      }
    }
  }
  return figure;
}

}  // namespace perfopt::report
