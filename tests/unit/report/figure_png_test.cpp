// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <doctest/doctest.h>

#include "perfopt/core/error.hpp"
#include "perfopt/report/figure_builders.hpp"
#include "perfopt/report/figure_forms.hpp"
#include "unit/report/suite_fixture.hpp"

using namespace perfopt;
using namespace perfopt::report;
using namespace perfopt::report::testing;

TEST_CASE("a picture is a PNG of the size that was asked, where this build can draw it") {
  const std::string svg = figure_svg(speedup_figure(problems_of(small_suite())), {Theme::light, 300});
  try {
    const std::string png = figure_png(svg, 2);
    CHECK(png.substr(0, 8) == "\x89PNG\r\n\x1a\n");
    CHECK(png.substr(16, 4) == std::string("\0\0\x02\x58", 4));  // 600
    CHECK(png == figure_png(svg, 2));
  } catch (const Unavailable& reason) {
    MESSAGE("skipped: ", reason.what());
  }
}

TEST_CASE("a picture of too many pixels is refused, of whatever shape") {
  const auto svg = [](unsigned width, unsigned height) {
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + std::to_string(width) + "\" height=\"" +
           std::to_string(height) + "\"/>";
  };
  try {
    CHECK(figure_png(svg(10, 10), 1).size() > 8);
    CHECK_THROWS_AS((void)figure_png(svg(32'001, 1), 1), BadInput);
    CHECK_THROWS_WITH_AS((void)figure_png(svg(8000, 8000), 2),
                         doctest::Contains("16000 by 16000 pixels, more than PNG files are drawn with here"), BadInput);
  } catch (const Unavailable& reason) {
    MESSAGE("skipped: ", reason.what());
  }
}
