// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/flame_layout.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>

#include "perfopt/core/units.hpp"

namespace perfopt::report {
namespace {

constexpr double kLeastShare = 0.001;
constexpr double kReadable = 0.022;    // of the width: room for three letters
constexpr double kWorthALevel = 0.05;  // of the width

class Layout {
 public:
  explicit Layout(const std::vector<FlameShape>& shapes) : shapes_(shapes) {}

  FlameLayout boxes() {
    FlameLayout layout;
    if (shapes_.size() < 2 || shapes_.front().total == 0) return layout;
    place();
    choose();
    for (std::uint32_t i = 0; i < shapes_.size(); ++i) {
      if (again_[i]) continue;
      if (!is_drawn(i)) {
        ++layout.left_out;
      } else {
        layout.boxes.push_back({.node = i, .level = depth_[i], .left = left_[i], .calls = calls_[i]});
      }
    }
    return layout;
  }

 private:
  // Asked once of each node, in their order: among equals, callers are drawn before what they call.
  bool is_drawn(std::uint32_t node) {
    if (shapes_[node].total < least_ || depth_[node] > bottom_) return false;
    if (shapes_[node].total > least_) return true;
    if (ties_ == 0) return false;
    --ties_;
    return true;
  }

  // Parents stand before their children, so that one pass gives each its level and its left edge.
  void place() {
    const std::size_t size = shapes_.size();
    depth_.resize(size, 0);
    left_.resize(size, 0);
    again_.resize(size, false);
    calls_.resize(size, 1);
    std::vector<std::uint64_t> used(size, 0);
    std::vector<std::uint32_t> first(size, 0);  // the box that stands for it
    for (std::uint32_t i = 1; i < size; ++i) {
      const FlameShape& shape = shapes_[i];
      const std::uint32_t parent = shape.parent;
      again_[i] = parent != 0 && shape.name == shapes_[parent].name && shape.total == shapes_[parent].total;
      first[i] = again_[i] ? first[parent] : i;
      if (again_[i]) ++calls_[first[i]];
      depth_[i] = depth_[parent] + (again_[i] ? 0 : 1);
      left_[i] = left_[parent] + used[parent];
      used[parent] += shape.total;
    }
  }

  // A caller is never smaller than what it calls: whatever the limit, what is drawn hangs together.
  void choose() {
    const auto whole = static_cast<double>(shapes_.front().total);
    least_ = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(kLeastShare * whole));
    const double readable = kReadable * whole;
    std::vector<std::uint64_t> totals;
    std::vector<double> widths(kMostLevels, 0);  // of each level
    for (std::uint32_t i = 0; i < shapes_.size(); ++i) {
      if (again_[i] || shapes_[i].total < least_ || depth_[i] >= kMostLevels) continue;
      totals.push_back(shapes_[i].total);
      const auto total = static_cast<double>(shapes_[i].total);
      widths[depth_[i]] += total;
      if (total >= readable || widths[depth_[i]] >= kWorthALevel * whole) bottom_ = std::max(bottom_, depth_[i]);
    }
    if (totals.size() <= kMostBoxes) return;
    const auto last = totals.begin() + static_cast<std::ptrdiff_t>(kMostBoxes - 1);
    std::nth_element(totals.begin(), last, totals.end(), std::greater{});
    least_ = *last;
    const auto larger = std::count_if(totals.begin(), last, [&](std::uint64_t total) { return total > least_; });
    ties_ = kMostBoxes - static_cast<std::size_t>(larger);
  }

  const std::vector<FlameShape>& shapes_;
  std::vector<std::uint32_t> depth_;
  std::vector<std::uint64_t> left_;   // of the measure, before it
  std::vector<bool> again_;           // the same box as its caller
  std::vector<std::uint64_t> calls_;  // nodes that a box stands for
  std::uint64_t least_ = 1;           // total of a box that is drawn
  std::size_t ties_ = SIZE_MAX;       // boxes of just that total that there is room for
  std::uint32_t bottom_ = 1;          // the last level that is drawn
};

}  // namespace

std::string FlamePlace::times() const {
  return calls > 1 ? " x" + format_count(calls) : "";
}

FlameLayout flame_layout(const std::vector<FlameShape>& shapes) {
  return Layout(shapes).boxes();
}

}  // namespace perfopt::report
