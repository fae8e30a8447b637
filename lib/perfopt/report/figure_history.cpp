// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "perfopt/core/units.hpp"
#include "perfopt/report/figure_builders.hpp"

namespace perfopt::report {
namespace {

Quantity quantity_of(const model::HistorySeries& series) {
  if (series.unit == "ns") return Quantity::duration_ns;
  if (series.unit == "bytes") return Quantity::bytes;
  return series.unit.ends_with("/s") ? Quantity::rate : Quantity::count;
}

std::optional<Panel> panel_of(const model::HistorySeries& series) {
  FigureSeries line{series.higher_is_better ? "more is better" : "less is better", 1, {}};
  for (std::size_t i = 0; i < series.points.size(); ++i) {
    const model::HistoryPoint& point = series.points[i];
    if (std::isfinite(point.median)) {
      line.points.push_back({static_cast<double>(i + 1), point.median, point.low, point.high});
    }
  }
  if (line.points.empty()) return std::nullopt;
  Panel panel;
  panel.title = series.name;
  panel.x = {"run", Quantity::count};
  panel.y = {series.unit == "ns" ? "time" : series.unit, quantity_of(series)};
  for (const model::HistoryChange& change : series.changes) {
    panel.marks.push_back({static_cast<double>(change.first + 1),
                           format_change(change.ratio.estimate) + (change.worse ? " worse" : " better")});
  }
  panel.series.push_back(std::move(line));
  panel.caption =
      std::string("Median of each run with quartiles") + (panel.marks.empty() ? "." : "; dotted: changes that last.");
  return panel;
}

void add_rows(FigureTable& table, const model::HistorySeries& shown) {
  std::vector<TableCell> changes(shown.points.size());
  for (const model::HistoryChange& step : shown.changes) {
    if (step.first < changes.size()) changes[step.first] = step.ratio.estimate;
  }
  for (std::size_t i = 0; i < shown.points.size(); ++i) {
    const model::HistoryPoint& point = shown.points[i];
    table.rows.push_back({shown.name, shown.machine, std::uint64_t{i + 1}, point.started, point.commit, point.median,
                          point.low, point.high, shown.unit, changes[i]});
  }
}

}  // namespace

Figure history_figure(std::span<const model::HistorySeries> series) {
  Figure figure{.name = "history",
                .title = "Benchmarks over time",
                .description = "Medians of runs with quartiles, each benchmark in one environment.",
                .panels = {},
                .table = {{{"benchmark"},
                           {"environment"},
                           {"run", Quantity::count},
                           {"started"},
                           {"commit"},
                           {"median", Quantity::count},
                           {"lower quartile", Quantity::count},
                           {"upper quartile", Quantity::count},
                           {"unit"},
                           {"change", Quantity::ratio}},
                          {}}};
  for (const model::HistorySeries& shown : series) {
    if (auto panel = panel_of(shown)) figure.panels.push_back(std::move(*panel));
    add_rows(figure.table, shown);
  }
  return figure;
}

}  // namespace perfopt::report
