// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <vector>

#include "perfopt/core/units.hpp"
#include "perfopt/report/figure_builders.hpp"
#include "perfopt/report/history_course.hpp"
#include "perfopt/stats/paired.hpp"

namespace perfopt::report {
namespace {

Quantity quantity_of(const model::HistorySeries& series) {
  if (series.unit == "ns") return Quantity::duration_ns;
  if (series.unit == "bytes") return Quantity::bytes;
  return series.unit.ends_with("/s") ? Quantity::rate : Quantity::count;
}

constexpr std::size_t kMostColumns = 640;
constexpr std::size_t kMostMarkers = 60;
constexpr unsigned kLine = 1;   // blue
constexpr unsigned kWorse = 2;  // orange
constexpr unsigned kUp = 2;     // marker: a triangle
constexpr unsigned kDown = 4;

// Quartiles of a single odd run must not flatten all others, so they widen the axis by half at most.
std::array<double, 2> range_of(const std::vector<RunBucket>& columns) {
  const double low = std::ranges::min(columns, {}, &RunBucket::low).low;
  const double high = std::ranges::max(columns, {}, &RunBucket::high).high;
  const double reach = std::max(high - low, std::abs(high) * 0.02);
  const double middle = low + (high - low) / 2;
  const double least = middle >= 0 ? std::max(middle - reach * 0.75, 0.0) : middle - reach * 0.75;
  return {least, std::max(middle + reach * 0.75, std::nextafter(least, high + 1))};
}

FigureSeries line_of(const model::HistorySeries& series, const std::vector<RunBucket>& columns) {
  FigureSeries line{series.higher_is_better ? "more is better" : "less is better", kLine, {}};
  line.has_markers = columns.size() <= kMostMarkers;
  for (const RunBucket& column : columns) {
    line.points.push_back({column.index + 1, column.low, column.band_low, column.band_high});
    if (column.high > column.low) {
      line.points.push_back({column.index + 1, column.high, column.band_low, column.band_high});
    }
  }
  return line;
}

// Versions where they begin, and the first and the last day.
void name_runs(FigureAxis& axis, const model::HistorySeries& series) {
  const std::string* last = nullptr;
  for (std::size_t i = 0; i < series.points.size(); ++i) {
    const std::string& version = series.points[i].version;
    if (version.empty() || (last != nullptr && *last == version)) continue;
    last = &version;
    axis.names.push_back({static_cast<double>(i + 1), version});
  }
  axis.first = series.points.front().started.substr(0, 10);
  axis.last = series.points.back().started.substr(0, 10);
}

double level_of(const model::HistorySeries& series, std::size_t from, std::size_t end) {
  std::vector<double> medians;
  for (std::size_t i = from; i < end; ++i) medians.push_back(series.points[i].median);
  return stats::median(medians);
}

// Where each begins, between two runs, and the level before and after it.
void mark_changes(Panel& panel, const model::HistorySeries& series) {
  std::size_t from = 0;
  const auto add_level = [&](std::size_t end) {
    panel.levels.push_back({static_cast<double>(from + 1), static_cast<double>(end), level_of(series, from, end)});
  };
  for (const model::HistoryChange& change : series.changes) {
    if (change.first <= from || change.first >= series.points.size()) continue;
    add_level(change.first);
    from = change.first;
    panel.marks.push_back({static_cast<double>(change.first) + 0.5,
                           format_change(change.ratio.estimate) + (change.worse ? " worse" : " better"),
                           change.worse ? kWorse : kLine, change.ratio.estimate > 1 ? kUp : kDown});
  }
  if (!panel.marks.empty()) add_level(series.points.size());
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

std::optional<Panel> history_panel(const model::HistorySeries& series) {
  const std::vector<RunBucket> columns = run_buckets(series, kMostColumns);
  if (columns.empty()) return std::nullopt;
  Panel panel;
  panel.title = series.name;
  panel.x = {"run", Quantity::count};
  panel.y = {series.unit == "ns" ? "time" : series.unit, quantity_of(series)};
  panel.x_range = {0.5, static_cast<double>(series.points.size()) + 0.5};
  panel.y_range = range_of(columns);
  name_runs(panel.x, series);
  panel.series.push_back(line_of(series, columns));
  mark_changes(panel, series);
  panel.caption = "Median of each run with quartiles";
  panel.caption += panel.marks.empty() ? "." : "; dashed: a change that lasts, thick: the levels around it.";
  return panel;
}

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
    if (auto panel = history_panel(shown)) figure.panels.push_back(std::move(*panel));
    add_rows(figure.table, shown);
  }
  return figure;
}

}  // namespace perfopt::report
