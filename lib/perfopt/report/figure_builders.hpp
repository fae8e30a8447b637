// SPDX-License-Identifier: Apache-2.0
// The charts: one builder a file, figure_NAME.cpp. Pure functions of a document; one that has nothing of the kind gives
// a figure without panels.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "perfopt/model/comparison.hpp"
#include "perfopt/model/history.hpp"
#include "perfopt/model/profile.hpp"
#include "perfopt/report/comparison_view.hpp"
#include "perfopt/report/figure.hpp"
#include "perfopt/report/suite_view.hpp"

namespace perfopt::report {

using Problems = std::span<const ProblemView>;

// Speed-up over size, a panel a problem, with intervals and crossovers.
[[nodiscard]] Figure speedup_figure(Problems problems);
// Time per item over size, a panel a problem, with quartiles, crossovers and what the machine allows at best; then the
// speed-up over ranks of `suite`, a panel a measured problem of `problems`.
[[nodiscard]] Figure scaling_figure(const model::Suite& suite, Problems problems);
// What a second yields against the measured limit of the machine, a panel a problem, at its largest measured size.
[[nodiscard]] Figure throughput_figure(Problems problems);
// Raw rounds around their median, a panel a problem, at its largest measured size.
[[nodiscard]] Figure distribution_figure(Problems problems);
// Time against memory, a panel a problem, at its largest size where both were measured.
[[nodiscard]] Figure scatter_figure(Problems problems);
// Speed-ups by strategy and size, a panel a problem.
[[nodiscard]] Figure heat_map_figure(Problems problems);
// Speed-ups with their intervals, the largest measured size of each strategy, the largest speed-up first.
[[nodiscard]] Figure forest_figure(Problems problems);
// Changes with their intervals: those that are told apart, the slowest first; when none is, all.
[[nodiscard]] Figure forest_figure(const model::Comparison& comparison);
// Where the time of a profile went: the flame graph, callers above callees, and the table of the hottest functions.
[[nodiscard]] Figure flame_figure(const model::Profile& profile);
// Which stacks took a larger or smaller share after than before: the differential flame graph, and the table of the
// functions whose own share changed most. Both count the same unit.
[[nodiscard]] Figure flame_difference_figure(const model::Profile& before, const model::Profile& after);
// What the busiest threads did over time.
[[nodiscard]] Figure timeline_figure(const model::Profile& profile);
// Medians over runs with quartiles and lasting changes, a panel a series.
[[nodiscard]] Figure history_figure(std::span<const model::HistorySeries> series);

// One panel for the page; nothing when there is nothing to draw.
[[nodiscard]] std::optional<Panel> speedup_panel(const ProblemView& problem);
[[nodiscard]] std::optional<Panel> time_panel(const ProblemView& problem);
[[nodiscard]] std::optional<Panel> throughput_panel(const ProblemView& problem);
[[nodiscard]] std::optional<Panel> distribution_panel(const ProblemView& problem);
[[nodiscard]] std::optional<Panel> scatter_panel(const ProblemView& problem);
[[nodiscard]] std::optional<Panel> scaling_panel(const model::Scaling& scaling);
// Changes in the order of `benchmarks`, on an axis that is the same to both sides of "no change"; and whether one has
// its place there: a finite positive estimate.
[[nodiscard]] std::optional<Panel> changes_panel(const BenchmarkList& benchmarks);
[[nodiscard]] bool has_place(const model::ComparedBenchmark& benchmark);
// The course of one series, of more than 640 runs the least and the most of each column.
[[nodiscard]] std::optional<Panel> history_panel(const model::HistorySeries& series);

// --- shared by the builders
[[nodiscard]] Quantity quantity_of(const model::Measure& measure);
// The baseline is grey; the others keep their colour in every chart of the problem.
[[nodiscard]] unsigned style_of_strategy(std::size_t index);
[[nodiscard]] double items_of(const model::Case& item, const model::Variant& variant);
// The last case with a measured variant, null without one.
[[nodiscard]] const model::Case* largest_measured(const ProblemView& problem);
// Speed-ups with their intervals as a table, without rows, and a row of it.
[[nodiscard]] FigureTable speedup_table();
[[nodiscard]] std::vector<TableCell> speedup_row(const ProblemView& problem, const model::Case& item,
                                                 const model::Variant& variant, const model::Interval& speedup);
// What a size counts, "size" where the document does not say it.
[[nodiscard]] std::string unit_of(const ProblemView& problem);
// Of the interval of a speed-up and its verdict.
[[nodiscard]] Tone tone_of(const model::Variant& variant);
[[nodiscard]] std::vector<FigureMark> crossovers_of(const ProblemView& problem);

}  // namespace perfopt::report
