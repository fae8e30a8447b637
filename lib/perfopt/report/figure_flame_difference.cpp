// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "perfopt/report/figure_builders.hpp"
#include "perfopt/report/flame_graph.hpp"
#include "perfopt/report/function_name.hpp"
#include "perfopt/report/profile_diff_words.hpp"
#include "perfopt/report/profile_view.hpp"
#include "perfopt/stats/flame_union.hpp"

namespace perfopt::report {
namespace {

constexpr double kWorthASign = 0.001;  // change of a share
constexpr std::size_t kTopFunctions = 100;
constexpr unsigned kGrew = 2;  // orange, as in the page
constexpr unsigned kFell = 1;  // blue

double share_of(std::uint64_t value, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(value) / static_cast<double>(whole);
}

// The share of the one total in the second profile less that in the first.
double change_of(const stats::FlamePair& value, const stats::FlamePair& whole) {
  return share_of(value.after, whole.after) - share_of(value.before, whole.before);
}

FigureSpan span_of(const stats::FlameUnion& tree, const FlamePlace& place, std::uint64_t total) {
  const stats::UnitedNode& node = tree.nodes[place.node];
  const double change = change_of(node.total, tree.nodes.front().total);
  const auto left = static_cast<double>(place.left);
  FigureSpan span;
  span.from = left;
  span.to = left + static_cast<double>(total);
  span.name = plain_function(tree.names[node.name]);
  span.suffix = place.times();
  if (std::abs(change) < kWorthASign) return span;
  span.sign = points_text(change, true) + " ";
  span.style = change > 0 ? kGrew : kFell;
  return span;
}

Panel icicle(const stats::FlameUnion& tree) {
  Panel panel;
  panel.kind = PanelKind::spans;
  const std::vector<FlameShape> shapes = flame_diff_shapes(tree);
  panel.x_range = {0.0, static_cast<double>(shapes.front().total)};
  for (const FlamePlace& place : flame_layout(shapes).boxes) {
    if (panel.rows.size() <= place.level) panel.rows.resize(place.level + 1);
    panel.rows[place.level].spans.push_back(span_of(tree, place, shapes[place.node].total));
  }
  for (FigureRow& row : panel.rows) std::ranges::stable_sort(row.spans, {}, &FigureSpan::from);
  panel.caption =
      "Callers above what they call; width is the mean of both shares, signed numbers are points of share gained or "
      "lost, 0.1 at least: orange grew, blue shrank.";
  return panel;
}

// Of each name in the tree.
std::vector<stats::FlamePair> selfs_of(const stats::FlameUnion& tree) {
  std::vector<stats::FlamePair> selfs(tree.names.size());
  for (const stats::UnitedNode& node : tree.nodes) {
    selfs[node.name].before += node.self.before;
    selfs[node.name].after += node.self.after;
  }
  return selfs;
}

FigureTable changes_table(const stats::FlameUnion& tree, Quantity quantity) {
  const stats::FlamePair whole = tree.nodes.front().total;
  const std::vector<stats::FlamePair> selfs = selfs_of(tree);
  std::vector<std::uint32_t> order;
  for (std::uint32_t name = 0; name < selfs.size(); ++name) {
    if (selfs[name].before + selfs[name].after > 0) order.push_back(name);
  }
  std::ranges::stable_sort(order, std::ranges::greater{},
                           [&](std::uint32_t name) { return std::abs(change_of(selfs[name], whole)); });
  order.resize(std::min(order.size(), kTopFunctions));
  FigureTable table;
  table.columns = {{"function"},
                   {"self before", quantity},
                   {"self after", quantity},
                   {"share before", Quantity::share},
                   {"share after", Quantity::share},
                   {"change", Quantity::share}};
  for (const std::uint32_t name : order) {
    const stats::FlamePair& self = selfs[name];
    table.rows.push_back({tree.names[name], self.before, self.after, share_of(self.before, whole.before),
                          share_of(self.after, whole.after), change_of(self, whole)});
  }
  return table;
}

}  // namespace

Figure flame_difference_figure(const model::Profile& before, const model::Profile& after) {
  const ProfileView first(before);
  const ProfileView second(after);
  Figure figure{.name = "flame", .title = "What changed", .description = "", .panels = {}, .table = {}};
  for (const ProfileView* side : {&first, &second}) {
    if (side->has_samples()) continue;
    figure.description = no_samples_reason(side->profile);
    return figure;
  }
  const stats::FlameUnion tree = stats::flame_union(first.tree, second.tree);
  figure.title = "What changed in the " + measure_words(second);
  figure.description = value_text(first.unit(), first.total) + " before, " + value_text(second.unit(), second.total) +
                       " after; orange (+) grew, blue (-) shrank, by points of share";
  figure.panels.push_back(icicle(tree));
  figure.table = changes_table(tree, quantity_of(second.unit()));
  return figure;
}

}  // namespace perfopt::report
