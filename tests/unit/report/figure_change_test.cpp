// SPDX-License-Identifier: Apache-2.0
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "perfopt/report/figure_builders.hpp"
#include "perfopt/report/figure_forms.hpp"

using namespace perfopt;
using namespace perfopt::report;

namespace {

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("an interval that leaves its axis ends in an arrow, and a margin is drawn where all have it") {
  model::Comparison comparison;
  for (const double ratio : {1.03, 400.0}) {
    model::ComparedBenchmark benchmark;
    benchmark.name = "b" + std::to_string(comparison.benchmarks.size());
    benchmark.verdict = model::Change::slower;
    benchmark.ratio = model::Interval{ratio, ratio * 0.9, ratio * 1.1};
    benchmark.margin = 0.02;
    comparison.benchmarks.push_back(benchmark);
  }
  Figure figure = forest_figure(comparison);
  REQUIRE(figure.panels.size() == 1);
  CHECK(has(panel_svg(figure.panels[0], ""), "m3-4l4 4l-4 4"));
  CHECK(has(panel_svg(figure.panels[0], ""), "class=\"e0\""));
  CHECK(has(panel_svg(figure.panels[0], ""), "<title>b1: slower, +39900 %, 95 % interval"));
  CHECK(has(figure_text(figure, {}), "no change"));
  comparison.benchmarks.pop_back();
  comparison.benchmarks.push_back(comparison.benchmarks.front());
  comparison.benchmarks.back().margin = 0.05;
  figure = forest_figure(comparison);
  CHECK_FALSE(has(panel_svg(figure.panels.at(0), ""), "l4 4l-4 4"));
  CHECK_FALSE(has(panel_svg(figure.panels.at(0), ""), "class=\"e0\""));
}

TEST_CASE("a change of a history stands between its runs, with the levels before and after it") {
  model::HistorySeries series;
  series.unit = "ns";
  for (int i = 0; i < 12; ++i) {
    const double median = i < 4 ? 100 : 150;
    series.points.push_back({"id", "2026-01-0" + std::to_string(1 + i / 6) + "T00:00:00Z", "c", "", i < 6 ? "v1" : "v2",
                             false, median, median - 1, i == 5 ? 9000 : median + 1, 9});
  }
  series.changes.push_back({4, "a", "b", "", {1.5, 1.4, 1.6}, true, true});
  const auto panel = history_panel(series);
  REQUIRE(panel);
  REQUIRE(panel->marks.size() == 1);
  CHECK(panel->marks[0].x == 4.5);
  REQUIRE(panel->levels.size() == 2);
  CHECK(panel->levels[0].y == 100);
  CHECK(panel->levels[1].from == 5);
  CHECK(panel->levels[1].y == 150);
  CHECK_MESSAGE((*panel->y_range)[1] < 200, "one odd quartile does not flatten the line");
  const std::string svg = panel_svg(*panel, "");
  for (const char* text : {">v1<", ">v2<", ">2026-01-01<", ">2026-01-02<", ">+50.0 % worse<"}) {
    CHECK_MESSAGE(has(svg, text), text, " in ", svg);
  }
  const std::string log = [&] {
    Figure figure = history_figure(std::span(&series, 1));
    use_log_axes(figure);
    return panel_svg(figure.panels.at(0), "");
  }();
  CHECK_FALSE(has(log, "nan"));
  series.points.resize(1);
  CHECK(panel_svg(history_panel(series).value(), "").find("<svg") == 0);
}

TEST_CASE("ticks of changes are round and clear of one another") {
  CHECK(tick_text(Quantity::change, 1) == "no change");
  CHECK(tick_text(Quantity::change, 1.05) == "+5 %");
  CHECK(tick_text(Quantity::change, 0.98) == "-2 %");
  const FigureAxis axis{"", Quantity::change, true};
  CHECK(axis_ticks(axis, 0.97, 1.03, 8) == std::vector<double>{0.98, 0.99, 1, 1.01, 1.02});
  CHECK(axis_ticks(axis, 0.97, 1.03, 3).size() <= 3);
  CHECK(axis_ticks(axis, 0, 1, 5).empty());
}
