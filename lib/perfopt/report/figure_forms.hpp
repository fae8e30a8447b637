// SPDX-License-Identifier: Apache-2.0
// The forms of a Figure, one file each. Equal figures give equal bytes; text of the document is made harmless
// (escape.hpp). A figure without panels gives its title and an empty table, never nothing.
#pragma once

#include <string>
#include <string_view>

#include "perfopt/report/figure.hpp"
#include "perfopt/report/svg_chart.hpp"

namespace perfopt::report {

struct SvgOptions {
  Theme theme = Theme::light;
  unsigned width = 0;  // pixels of the whole; 0: what the number of panels asks for
};

// A whole SVG document, its panels side by side and below one another.
[[nodiscard]] std::string figure_svg(const Figure& figure, const SvgOptions& options);
// One panel as an element of a page, drawn by the rules of report.css. `label`: what it shows, for screen readers; the
// figures behind it are a table of the page. "" when nothing in it can be drawn.
[[nodiscard]] std::string panel_svg(const Panel& panel, std::string_view label, double width = 480);

// The PNG of an SVG document of ours, `scale` pixels to one of its own. Throws Unavailable in a build without librsvg,
// BadInput for too many pixels, and Error (internal) for what librsvg does not draw.
[[nodiscard]] std::string figure_png(const std::string& svg, double scale);

struct FigureTextOptions {
  unsigned width = 80;  // characters of a line; less than 40 counts as 40
  bool color = false;   // never the only mark of a meaning
};
[[nodiscard]] std::string figure_text(const Figure& figure, const FigureTextOptions& options);

// A heading, the description, a table.
[[nodiscard]] std::string figure_markdown(const Figure& figure);
// A header line with units, then the rows; numbers unrounded, empty where nothing is known.
[[nodiscard]] std::string figure_csv(const Figure& figure);
// {"chart", "title", "description", "columns": [{"name", "unit"}], "rows": [[...]], "panels": [...]}; numbers
// unrounded, null where nothing is known.
[[nodiscard]] std::string figure_json(const Figure& figure);
// A page of its own (page.hpp) with the table below the chart.
[[nodiscard]] std::string figure_page(const Figure& figure);

// The table behind a chart, sortable by the script of the page.
[[nodiscard]] std::string table_html(const FigureTable& table, std::string_view caption);

}  // namespace perfopt::report
