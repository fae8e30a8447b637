// SPDX-License-Identifier: Apache-2.0
// Boxes of a tree (flame_layout.hpp) as one static SVG element. A function that does nothing but call itself is one box
// ("f x5,000"), in the figure that the script replaces by a live graph. Internal to report/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "perfopt/report/flame_layout.hpp"

namespace perfopt::report {

struct FlameGraph {
  std::string svg;           // "" when there is nothing to draw
  std::size_t boxes = 0;     // drawn
  std::size_t left_out = 0;  // nodes of the tree that are not
  std::size_t rows = 0;      // that the live graph, which folds nothing, is to have in sight
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

// The figure of a page. `island`: id of its data; `label` and `caption`: HTML. It reserves the height that the live
// graph takes, so that nothing moves when the script starts.
[[nodiscard]] std::string flame_figure_html(const FlameGraph& graph, const std::string& island,
                                            const std::string& label, const std::string& caption);

}  // namespace perfopt::report
