// SPDX-License-Identifier: Apache-2.0
// Which boxes of a tree a picture of limited size shows, and where: an icicle, the root on top, callees below their
// caller. What draws them (flame_drawing, figure_flame) agrees on it.
//
// What is narrower than 0.1 % is left out, as are the levels below the last one that has a box wide enough for a name
// or 5 % of the width; at most kMostBoxes boxes, the largest, among equals those that stand first in the tree, and
// kMostLevels levels are shown. So neither the size of a page nor the height of the picture follows that of the
// program. A function that does nothing but call itself is one box. What was left out stays a gap below its caller.
// Internal to report/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace perfopt::report {

inline constexpr std::size_t kMostBoxes = 2000;
inline constexpr std::size_t kMostLevels = 80;

struct FlameShape {
  std::uint32_t parent = 0;  // smaller than its own index; node 0 is the root
  std::uint32_t name = 0;    // equal for the same function
  std::uint64_t total = 0;   // at least that of its children together
};

struct FlamePlace {
  std::uint32_t node = 0;
  std::uint32_t level = 0;  // 0: the root
  std::uint64_t left = 0;   // of the measure, before it
  std::uint64_t calls = 1;  // of a function that does nothing but call itself: how often

  // " x5,000", to be written after the name; "" for a single call.
  [[nodiscard]] std::string times() const;
};

struct FlameLayout {
  std::vector<FlamePlace> boxes;  // in the order of the tree; empty when there is nothing to draw
  std::size_t left_out = 0;       // nodes of the tree that no box stands for
};

[[nodiscard]] FlameLayout flame_layout(const std::vector<FlameShape>& shapes);

}  // namespace perfopt::report
