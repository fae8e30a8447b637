// SPDX-License-Identifier: Apache-2.0
// A picture of characters: braille dots, two by four in each, and marks over them. Internal to report/.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace perfopt::report {

// The escape codes of a series' colour around `text`; `text` itself without colour.
[[nodiscard]] std::string in_series_color(std::string text, unsigned style, bool color);

class CharacterCanvas {
 public:
  CharacterCanvas(std::size_t columns, std::size_t lines);

  // Coordinates are 0 to 1, the origin at the lower left; what lies outside is not drawn.
  void line(double x1, double y1, double x2, double y2, unsigned style);
  // One character; a later one replaces an earlier one.
  void mark(double x, double y, std::string_view character, unsigned style);

  // From the top; without blanks at the end.
  [[nodiscard]] std::string text(std::size_t line, bool color) const;

 private:
  struct Cell {
    std::uint8_t dots = 0;
    std::string mark;
    unsigned style = 0;
  };
  void dot(double x, double y, unsigned style);

  std::size_t columns_;
  std::size_t lines_;
  std::vector<Cell> cells_;
};

}  // namespace perfopt::report
