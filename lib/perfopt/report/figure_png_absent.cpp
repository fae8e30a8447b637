// SPDX-License-Identifier: Apache-2.0
// In place of figure_png.cpp where the build found no librsvg.
#include "perfopt/core/error.hpp"
#include "perfopt/report/figure_forms.hpp"

namespace perfopt::report {

std::string figure_png(const std::string&, double) {
  throw Unavailable("this build draws no PNG: it was made without librsvg (Debian: librsvg2-dev); write SVG instead");
}

}  // namespace perfopt::report
