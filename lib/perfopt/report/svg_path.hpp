// SPDX-License-Identifier: Apache-2.0
// The data of an SVG path in few bytes: positions in tenths, each written absolutely or relative to the one before,
// whichever is shorter. Differences are those of rounded positions, so that no error adds up. Internal to report/.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace perfopt::report {

class SvgPath {
 public:
  void move(double x, double y);
  // A straight line; vertical and horizontal ones have shorter words.
  void line(double x, double y);
  // A marker (svg_chart.hpp) around (x, y): closed, and from there the path goes on.
  void marker(unsigned style, double x, double y);
  // Back to the last move(), where the pen stays.
  void close();

  [[nodiscard]] bool empty() const { return text_.empty(); }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  void go(char absolute, char relative, double x, double y);
  void along(char absolute, char relative, std::int64_t& position, std::int64_t to);

  std::string text_;
  std::int64_t x_ = 0;  // in tenths, where the pen is
  std::int64_t y_ = 0;
  std::int64_t start_x_ = 0;  // of what close() closes
  std::int64_t start_y_ = 0;
};

}  // namespace perfopt::report
