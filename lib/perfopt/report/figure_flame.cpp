// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <functional>
#include <vector>

#include "perfopt/report/figure_builders.hpp"
#include "perfopt/report/function_name.hpp"
#include "perfopt/report/phrase.hpp"
#include "perfopt/report/profile_view.hpp"

namespace perfopt::report {
namespace {

constexpr double kLeastShare = 0.001;  // of the whole: narrower boxes stay gaps
constexpr std::size_t kMostBoxes = 2000;
constexpr std::size_t kMostLevels = 80;
constexpr std::size_t kTopFunctions = 100;

unsigned style_of(model::Language language) {
  switch (language) {
    case model::Language::native:
      return 1;
    case model::Language::kernel:
      return 2;
    case model::Language::python:
      return 3;
    case model::Language::javascript:
      return 4;
    case model::Language::shell:
      return 7;
    case model::Language::unknown:
    case model::Language::synthetic:
      break;
  }
  return 0;
}

class Icicle {
 public:
  explicit Icicle(const ProfileView& view) : view_(view), nodes_(view.tree.nodes) {}

  Panel panel() {
    Panel panel;
    panel.kind = PanelKind::spans;
    panel.x_range = {0.0, static_cast<double>(nodes_.front().total)};
    place();
    const std::uint64_t least = least_total();
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      if (nodes_[i].total < least || level_[i] >= kMostLevels) continue;
      if (panel.rows.size() <= level_[i]) panel.rows.resize(level_[i] + 1);
      panel.rows[level_[i]].spans.push_back(box(i));
    }
    for (FigureRow& row : panel.rows) std::ranges::stable_sort(row.spans, {}, &FigureSpan::from);
    panel.caption = "Callers above what they call; width is the share of " + measure_words(view_) +
                    ". What is narrower than 0.1 % is left out.";
    return panel;
  }

 private:
  // Parents stand before their children, so that one pass gives each its level and its left edge.
  void place() {
    level_.assign(nodes_.size(), 0);
    left_.assign(nodes_.size(), 0);
    std::vector<std::uint64_t> used(nodes_.size(), 0);
    for (std::size_t i = 1; i < nodes_.size(); ++i) {
      const std::uint32_t parent = nodes_[i].parent;
      level_[i] = level_[parent] + 1;
      left_[i] = left_[parent] + used[parent];
      used[parent] += nodes_[i].total;
    }
  }

  // A caller is never smaller than what it calls: whatever the limit, what is drawn hangs together.
  [[nodiscard]] std::uint64_t least_total() const {
    const auto whole = static_cast<double>(nodes_.front().total);
    const auto share = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(kLeastShare * whole));
    std::vector<std::uint64_t> totals;
    for (const stats::FlameNode& node : nodes_) {
      if (node.total >= share) totals.push_back(node.total);
    }
    if (totals.size() <= kMostBoxes) return share;
    const auto last = totals.begin() + static_cast<std::ptrdiff_t>(kMostBoxes);
    std::nth_element(totals.begin(), last, totals.end(), std::greater{});
    return *last + 1;
  }

  [[nodiscard]] FigureSpan box(std::size_t index) const {
    const stats::FlameNode& node = nodes_[index];
    const bool is_known = node.frame < view_.profile.frames.size();
    const auto language = is_known ? view_.profile.frames[node.frame].language : model::Language::synthetic;
    const auto left = static_cast<double>(left_[index]);
    return {left, left + static_cast<double>(node.total),
            std::string(language_sign(language)) + plain_function(view_.tree.names[node.name]), style_of(language)};
  }

  const ProfileView& view_;
  const std::vector<stats::FlameNode>& nodes_;
  std::vector<std::size_t> level_;
  std::vector<std::uint64_t> left_;  // of the measure, before it
};

Quantity quantity_of(const model::Measure& measure) {
  if (measure.unit == "ns") return Quantity::duration_ns;
  return measure.unit == "bytes" ? Quantity::bytes : Quantity::count;
}

}  // namespace

Figure flame_figure(const model::Profile& profile) {
  const ProfileView view(profile);
  Figure figure{.name = "flame", .title = "Where the time went", .description = "", .panels = {}, .table = {}};
  if (!view.has_samples()) {
    figure.description = no_samples_reason(profile);
    return figure;
  }
  const Quantity quantity = quantity_of(view.unit());
  figure.title = "Where the " + measure_words(view) + " went";
  for (const std::string& part : origin_parts(profile)) {
    figure.description += (figure.description.empty() ? "" : " | ") + part;
  }
  figure.panels.push_back(Icicle(view).panel());
  figure.table.columns = {{"function"},
                          {"self", quantity},
                          {"self share", Quantity::share},
                          {"total", quantity},
                          {"total share", Quantity::share},
                          {"module"},
                          {"file"},
                          {"line", Quantity::count}};
  for (const stats::Hotspot& spot : view.functions) {
    if (figure.table.rows.size() == kTopFunctions) break;
    figure.table.rows.push_back({spot.name, spot.self, spot.self_share, spot.total, spot.total_share, spot.module,
                                 spot.file, spot.line == 0 ? TableCell() : TableCell(std::uint64_t{spot.line})});
  }
  return figure;
}

}  // namespace perfopt::report
