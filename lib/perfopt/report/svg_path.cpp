// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/svg_path.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "perfopt/report/svg_chart.hpp"

namespace perfopt::report {
namespace {

std::int64_t tenths(double value) {
  return std::isnan(value) ? 0 : std::llround(std::clamp(value, -1e6, 1e6) * 10);
}

// "12", "-.3", "4.5".
std::string number(std::int64_t tenths) {
  const std::int64_t size = std::abs(tenths);
  std::string text = tenths < 0 ? "-" : "";
  if (size >= 10 || size == 0) text += std::to_string(size / 10);
  if (size % 10 != 0) text += "." + std::to_string(size % 10);
  return text;
}

// A sign separates two numbers as well as a space does.
std::string pair(std::int64_t x, std::int64_t y) {
  return number(x) + (y < 0 ? "" : " ") + number(y);
}

const std::string& shorter(const std::string& absolute, const std::string& relative) {
  return relative.size() < absolute.size() ? relative : absolute;
}

}  // namespace

void SvgPath::go(char absolute, char relative, double x, double y) {
  const std::int64_t to_x = tenths(x);
  const std::int64_t to_y = tenths(y);
  const std::string by = relative + pair(to_x - x_, to_y - y_);
  const std::string to = absolute + pair(to_x, to_y);
  text_ += text_.empty() ? to : shorter(to, by);
  x_ = to_x;
  y_ = to_y;
}

void SvgPath::along(char absolute, char relative, std::int64_t& position, std::int64_t to) {
  text_ += shorter(absolute + number(to), relative + number(to - position));
  position = to;
}

void SvgPath::move(double x, double y) {
  go('M', 'm', x, y);
  start_x_ = x_;
  start_y_ = y_;
}

void SvgPath::line(double x, double y) {
  if (tenths(y) == y_) {
    along('H', 'h', x_, tenths(x));
  } else if (tenths(x) == x_) {
    along('V', 'v', y_, tenths(y));
  } else {
    go('L', 'l', x, y);
  }
}

void SvgPath::close() {
  text_ += 'z';
  x_ = start_x_;
  y_ = start_y_;
}

void SvgPath::marker(unsigned style, double x, double y) {
  const MarkerShape& shape = marker_shape(style);
  move(x + shape.dx, y + shape.dy);
  text_ += shape.rest;
}

}  // namespace perfopt::report
