// SPDX-License-Identifier: Apache-2.0
// A flame graph as one static SVG element: an icicle, the root on top, callees below their caller, the heaviest first.
//
// Width is the share of the measure. What is narrower than 0.1 % is folded away, and at most kMostBoxes boxes and
// kMostLevels levels are drawn, the largest, so that the size of a page does not follow that of the program; what was
// left out stays a gap below its caller and is told in the caption. Languages have a colour and a sign of their own
// before the name. Each box has a tooltip with full name, shares and place (an SVG title: no script). Internal to
// report/.
#pragma once

#include <cstddef>
#include <string>

#include "perfopt/report/profile_view.hpp"

namespace perfopt::report {

inline constexpr std::size_t kMostBoxes = 2000;
inline constexpr std::size_t kMostLevels = 120;

struct FlameGraph {
  std::string svg;           // "" when there is nothing to draw
  std::size_t boxes = 0;     // drawn
  std::size_t left_out = 0;  // nodes of the tree that are not
};

[[nodiscard]] FlameGraph flame_graph(const ProfileView& view);

}  // namespace perfopt::report
