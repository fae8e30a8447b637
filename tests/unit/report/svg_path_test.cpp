// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/svg_path.hpp"

#include <limits>

#include <doctest/doctest.h>

using perfopt::report::SvgPath;

TEST_CASE("a path takes the shorter form of each step and adds no rounding up") {
  SvgPath path;
  CHECK(path.empty());
  path.move(100.04, 200);
  path.line(100.5, 200);
  path.line(100.5, 99);
  path.line(101.26, 98.5);
  path.close();
  CHECK(path.text() == "M100 200h.5V99l.8-.5z");
  SvgPath steps;
  steps.move(1000, 1000);
  for (int i = 1; i <= 10; ++i) steps.line(1000 + i * 0.34, 1000 + i * 0.34);
  CHECK(steps.text() == "M1000 1000l.3 .3l.4 .4l.3 .3l.4 .4l.3 .3l.3 .3l.4 .4l.3 .3l.4 .4l.3 .3");
}

TEST_CASE("a closed shape leaves the pen where it began: what follows is placed from there") {
  SvgPath path;
  path.move(10, 10);
  path.line(500, 10);
  path.line(500, 400);
  path.close();
  path.line(10, 15);
  path.move(510, 15);
  path.line(520, 15);
  path.close();
  path.move(511, 16);
  CHECK(path.text() == "M10 10H500V400zv5m500 0h10zm1 1");
}

TEST_CASE("what is not finite or beyond any picture is a number all the same") {
  SvgPath path;
  path.move(std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity());
  path.line(-1e300, 0);
  CHECK(path.text() == "M0 1000000L-1000000 0");
}
