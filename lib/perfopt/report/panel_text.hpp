// SPDX-License-Identifier: Apache-2.0
// Panels of rows for a terminal. Private to the module.
#pragma once

#include <string>

#include "perfopt/report/figure_forms.hpp"

namespace perfopt::report {

// Of a style, as on paper: the marker of svg_chart.hpp in one character.
[[nodiscard]] std::string_view marker_character(unsigned style);

// No line is wider than options.width, which is at least 40. "" when nothing can be drawn.
[[nodiscard]] std::string rows_text(const Panel& panel, const FigureTextOptions& options);

}  // namespace perfopt::report
