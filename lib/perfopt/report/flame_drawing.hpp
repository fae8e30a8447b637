// SPDX-License-Identifier: Apache-2.0
// Boxes of a tree as one static SVG element: an icicle, the root on top, callees below their caller.
//
// What is narrower than 0.1 % is left out, as are the levels below the last one that has a box wide enough for a name
// or 5 % of the width; at most kMostBoxes boxes, the largest, and kMostLevels levels are drawn. So neither the size of
// a page nor the height of the picture follows that of the program. A function that does nothing but call itself is one
// box ("f x5,000"). What was left out stays a gap below its caller. Internal to report/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace perfopt::report {

inline constexpr std::size_t kMostBoxes = 2000;
inline constexpr std::size_t kMostLevels = 80;

struct FlameGraph {
  std::string svg;           // "" when there is nothing to draw
  std::size_t boxes = 0;     // drawn
  std::size_t left_out = 0;  // nodes of the tree that are not
};

struct FlameShape {
  std::uint32_t parent = 0;  // smaller than its own index; node 0 is the root
  std::uint32_t name = 0;    // equal for the same function
  std::uint64_t total = 0;   // at least that of its children together
};

// What a box says, asked for only of those that are drawn.
struct FlameBox {
  std::string style;    // class of report.css: "fn0"
  std::string tooltip;  // HTML
  std::string sign;     // before the name, plain text
  const std::string* name = nullptr;
};

// `label`: HTML of what the picture is.
[[nodiscard]] FlameGraph draw_flame(const std::vector<FlameShape>& shapes, const std::string& label,
                                    const std::function<FlameBox(std::uint32_t)>& box_of);

}  // namespace perfopt::report
