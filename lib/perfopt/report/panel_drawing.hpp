// SPDX-License-Identifier: Apache-2.0
// The drawings behind figure_svg(), one file a family of panels. Private to the module.
#pragma once

#include <string>

#include "perfopt/report/svg_chart.hpp"

namespace perfopt::report {

struct DrawnPanel {
  std::string body;   // "" when nothing can be drawn
  double height = 0;  // of the view box; text is 13 high
};

[[nodiscard]] DrawnPanel draw_panel(const Panel& panel, double width, const SvgTheme& theme);

[[nodiscard]] DrawnPanel draw_plot(const Panel& panel, double width, const SvgTheme& theme);  // lines, points
[[nodiscard]] DrawnPanel draw_rows(const Panel& panel, double width, const SvgTheme& theme);  // bars, intervals, strips
[[nodiscard]] DrawnPanel draw_spans(const Panel& panel, double width, const SvgTheme& theme);
[[nodiscard]] DrawnPanel draw_cells(const Panel& panel, double width, const SvgTheme& theme);

// Lines of the grid and labels below the drawing, for the x axis; `top` and `bottom` of the drawing.
void draw_x_axis(SvgCanvas& canvas, const FigureAxis& axis, const SvgScale& scale, double top, double bottom);

}  // namespace perfopt::report
