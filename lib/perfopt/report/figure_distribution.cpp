// SPDX-License-Identifier: Apache-2.0
// Raw rounds as histograms around the median that the document tells, so that 2 % of noise shows beside a speed-up of
// 40: two passes over the rounds, nothing is sorted or copied.
#include <algorithm>
#include <cmath>

#include "perfopt/core/units.hpp"
#include "perfopt/report/figure_builders.hpp"

namespace perfopt::report {
namespace {

constexpr std::size_t kBins = 41;
constexpr double kLeastReach = 0.05;  // of the axis on either side of the median
constexpr double kMostReach = 0.5;    // what lies beyond counts at the edge

double deviation(double wall_ns, double median) {
  return wall_ns / median - 1;
}

double reach_of(const model::Case& item) {
  double reach = kLeastReach;
  for (const model::Variant& variant : item.variants) {
    if (!is_measured(variant)) continue;
    for (const double wall_ns : variant.rounds.wall_ns) {
      const double offset = std::abs(deviation(wall_ns, variant.summary.wall_ns));
      if (std::isfinite(offset)) reach = std::max(reach, offset);
    }
  }
  return std::min(reach, kMostReach);
}

std::vector<std::uint32_t> bins_of(const model::Variant& variant, double reach) {
  std::vector<std::uint32_t> bins(kBins, 0);
  for (const double wall_ns : variant.rounds.wall_ns) {
    const double offset = deviation(wall_ns, variant.summary.wall_ns);
    if (!std::isfinite(offset)) continue;
    const double place = (std::clamp(offset / reach, -1.0, 1.0) + 1) / 2 * kBins;
    ++bins[std::min(static_cast<std::size_t>(place), kBins - 1)];
  }
  return bins;
}

}  // namespace

const model::Case* largest_measured(const ProblemView& problem) {
  const model::Case* found = nullptr;
  for (const model::Case* item : problem.cases) {
    if (std::ranges::any_of(item->variants, is_measured)) found = item;
  }
  return found;
}

std::optional<Panel> distribution_panel(const ProblemView& problem) {
  const model::Case* item = largest_measured(problem);
  if (item == nullptr) return std::nullopt;
  const double reach = reach_of(*item);
  Panel panel;
  panel.kind = PanelKind::strips;
  panel.title = problem.id + " at " + format_count(item->size) + " " + unit_of(problem);
  panel.x = {"difference from the strategy's median", Quantity::share};
  panel.x_range = {-reach, reach};
  panel.reference = 0;
  for (std::size_t i = 0; i < problem.strategies.size(); ++i) {
    const model::Variant* variant = find_variant(*item, problem.strategies[i]);
    if (variant == nullptr || !is_measured(*variant) || variant->rounds.wall_ns.empty()) continue;
    const model::Summary& summary = variant->summary;
    FigureRow row;
    row.label = variant->name;
    row.text = format_duration_ns(summary.wall_ns);
    row.style = style_of_strategy(i);
    row.value = 0;
    row.low = deviation(summary.wall_low_ns, summary.wall_ns);
    row.high = deviation(summary.wall_high_ns, summary.wall_ns);
    row.bins = bins_of(*variant, reach);
    panel.rows.push_back(std::move(row));
  }
  if (panel.rows.empty()) return std::nullopt;
  panel.caption = "Raw rounds at " + format_count(item->size) + " " + unit_of(problem) +
                  " around each median (beside it), quartiles dark" +
                  (reach < kMostReach ? "." : "; what lies further out counts at the edge.");
  return panel;
}

Figure distribution_figure(Problems problems) {
  Figure figure{.name = "distribution",
                .title = "Distribution of raw rounds",
                .description = "Around the median of each strategy, at the largest measured size of each problem.",
                .panels = {},
                .table = {{{"problem"},
                           {"strategy"},
                           {"size", Quantity::count},
                           {"unit"},
                           {"rounds", Quantity::count},
                           {"least", Quantity::duration_ns},
                           {"lower quartile", Quantity::duration_ns},
                           {"median", Quantity::duration_ns},
                           {"upper quartile", Quantity::duration_ns},
                           {"most", Quantity::duration_ns},
                           {"spread", Quantity::share}},
                          {}}};
  for (const ProblemView& problem : problems) {
    const model::Case* item = largest_measured(problem);
    if (item == nullptr) continue;
    if (auto panel = distribution_panel(problem)) figure.panels.push_back(std::move(*panel));
    for (const model::Variant& variant : item->variants) {
      const std::vector<double>& rounds = variant.rounds.wall_ns;
      if (!is_measured(variant) || rounds.empty()) continue;
      const auto [least, most] = std::ranges::minmax(rounds);
      const model::Summary& summary = variant.summary;
      figure.table.rows.push_back({problem.id, variant.name, item->size, problem.unit(), std::uint64_t{rounds.size()},
                                   least, summary.wall_low_ns, summary.wall_ns, summary.wall_high_ns, most,
                                   summary.spread});
    }
  }
  return figure;
}

}  // namespace perfopt::report
