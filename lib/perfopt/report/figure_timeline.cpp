// SPDX-License-Identifier: Apache-2.0
// What the busiest threads did, cell by cell: the activity with the most time in it. A sample stands for the time up to
// its moment.
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <vector>

#include "perfopt/core/units.hpp"
#include "perfopt/report/figure_builders.hpp"
#include "perfopt/report/profile_view.hpp"

namespace perfopt::report {
namespace {

constexpr std::size_t kCells = 240;
constexpr std::size_t kMostThreads = 40;
constexpr std::size_t kActivities = static_cast<std::size_t>(model::Activity::other) + 1;

using ByActivity = std::array<double, kActivities>;  // ns

unsigned style_of(model::Activity activity) {
  switch (activity) {
    case model::Activity::running:
      return 1;
    case model::Activity::preempted:
      return 2;
    case model::Activity::futex:
      return 4;
    case model::Activity::read:
    case model::Activity::write:
    case model::Activity::network:
    case model::Activity::sync:
    case model::Activity::page_fault:
      return 3;
    default:
      return 0;
  }
}

struct Times {
  std::vector<std::vector<ByActivity>> cells;  // by thread; empty for one without samples
  std::vector<ByActivity> sums;                // by thread
  double end_ns = 0;
};

double end_of(const model::Profile& profile) {
  double end = std::isfinite(profile.elapsed_s) ? profile.elapsed_s * 1e9 : 0;
  for (const std::uint64_t time : profile.samples.time_ns) end = std::max(end, static_cast<double>(time));
  return end;
}

void add(std::vector<ByActivity>& cells, std::size_t activity, double from, double to, double cell_ns) {
  const auto last = static_cast<double>(kCells - 1);
  const auto first = static_cast<std::size_t>(std::clamp(from / cell_ns, 0.0, last));
  const auto end = static_cast<std::size_t>(std::clamp(to / cell_ns, 0.0, last));
  for (std::size_t i = first; i <= end; ++i) {
    const double begins = static_cast<double>(i) * cell_ns;
    cells[i][activity] += std::max(0.0, std::min(to, begins + cell_ns) - std::max(from, begins));
  }
}

Times times_of(const model::Profile& profile, std::size_t cpu, std::size_t wall) {
  Times times;
  times.end_ns = end_of(profile);
  times.cells.resize(profile.threads.size());
  times.sums.resize(profile.threads.size(), ByActivity{});
  if (times.end_ns <= 0) return times;
  const model::Samples& samples = profile.samples;
  for (std::size_t row = 0; row < samples.size(); ++row) {
    const std::uint32_t thread = samples.thread[row];
    const bool is_running = samples.activity[row] == model::Activity::running;
    const auto value = static_cast<double>(samples.values[is_running ? cpu : wall][row]);
    if (thread >= times.cells.size() || value <= 0) continue;
    const auto activity = std::min(static_cast<std::size_t>(samples.activity[row]), kActivities - 1);
    if (times.cells[thread].empty()) times.cells[thread].resize(kCells, ByActivity{});
    const auto to = static_cast<double>(samples.time_ns[row]);
    add(times.cells[thread], activity, std::max(0.0, to - value), to, times.end_ns / static_cast<double>(kCells));
    times.sums[thread][activity] += value;
  }
  return times;
}

std::vector<std::size_t> busiest(const Times& times) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < times.cells.size(); ++i) {
    if (!times.cells[i].empty()) order.push_back(i);
  }
  std::ranges::stable_sort(order, std::ranges::greater(), [&](std::size_t i) { return times.sums[i].front(); });
  order.resize(std::min(order.size(), kMostThreads));
  std::ranges::sort(order);  // in the order in which they were started
  return order;
}

// The activity of a cell; empty where nothing is known of it.
std::optional<model::Activity> activity_of(const ByActivity& cell) {
  const auto most = std::ranges::max_element(cell);
  if (*most <= 0) return std::nullopt;
  return static_cast<model::Activity>(most - cell.begin());
}

std::vector<FigureSpan> spans_of(const std::vector<ByActivity>& cells, double cell_ns) {
  std::vector<FigureSpan> spans;
  for (std::size_t from = 0; from < cells.size();) {
    const auto activity = activity_of(cells[from]);
    std::size_t to = from + 1;
    while (to < cells.size() && activity_of(cells[to]) == activity) ++to;
    if (activity) {
      spans.push_back({.from = static_cast<double>(from) * cell_ns,
                       .to = static_cast<double>(to) * cell_ns,
                       .name = std::string(activity_words(*activity)),
                       .style = style_of(*activity)});
    }
    from = to;
  }
  return spans;
}

void add_rows(const std::string& thread, const model::ProfiledThread& shown, const ByActivity& sums,
              FigureTable& table) {
  for (std::size_t i = 0; i < sums.size(); ++i) {
    if (sums[i] <= 0) continue;
    table.rows.push_back(
        {thread, std::uint64_t{shown.tid}, std::string(activity_words(static_cast<model::Activity>(i))), sums[i]});
  }
}

}  // namespace

Figure timeline_figure(const model::Profile& profile) {
  Figure figure{.name = "timeline",
                .title = "What each thread did over time",
                .description = "The busiest threads; each cell shows what took the most of its time.",
                .panels = {},
                .table = {{{"thread"}, {"id", Quantity::count}, {"did"}, {"time", Quantity::duration_ns}}, {}}};
  const auto cpu = model::find_measure(profile, "cpu");
  if (!cpu) {
    figure.description = "The profile holds no CPU time by moment.";
    return figure;
  }
  const Times times = times_of(profile, *cpu, model::find_measure(profile, "wall").value_or(*cpu));
  Panel panel;
  panel.kind = PanelKind::spans;
  panel.x = {"time", Quantity::duration_ns};
  panel.x_range = {0.0, times.end_ns};
  for (const std::size_t thread : busiest(times)) {
    const model::ProfiledThread& shown = profile.threads[thread];
    FigureRow row;
    row.label = shown.name + " " + std::to_string(shown.tid);
    row.spans = spans_of(times.cells[thread], times.end_ns / static_cast<double>(kCells));
    panel.rows.push_back(std::move(row));
    add_rows(shown.name, shown, times.sums[thread], figure.table);
  }
  panel.caption = "Blue: on a CPU; others: what a thread waited for.";
  if (!panel.rows.empty()) figure.panels.push_back(std::move(panel));
  return figure;
}

}  // namespace perfopt::report
