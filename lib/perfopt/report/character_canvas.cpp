// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/character_canvas.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace perfopt::report {
namespace {

// The bit of each dot of a braille character (Unicode 16, "Braille Patterns"), by column, then from the top.
constexpr std::array<std::array<std::uint8_t, 4>, 2> kDots{{{0x01, 0x02, 0x04, 0x40}, {0x08, 0x10, 0x20, 0x80}}};

// U+2800 and the bits of the dots, as UTF-8.
std::string braille(std::uint8_t dots) {
  return {static_cast<char>(0xE2), static_cast<char>(0xA0 | dots >> 6), static_cast<char>(0x80 | (dots & 0x3F))};
}

}  // namespace

std::string in_series_color(std::string text, unsigned style, bool color) {
  constexpr std::array<const char*, 8> kCodes{"90", "34", "31", "32", "35", "33", "36", "93"};
  if (!color || text.empty()) return text;
  return "\x1b[" + std::string(kCodes[style % kCodes.size()]) + "m" + std::move(text) + "\x1b[0m";
}

CharacterCanvas::CharacterCanvas(std::size_t columns, std::size_t lines)
    : columns_(columns), lines_(lines), cells_(columns * lines) {}

void CharacterCanvas::line(double x1, double y1, double x2, double y2, unsigned style) {
  const double steps = std::max(std::abs(x2 - x1) * static_cast<double>(columns_) * 2,
                                std::abs(y2 - y1) * static_cast<double>(lines_) * 4);
  if (!std::isfinite(steps)) return;
  const auto count = static_cast<std::size_t>(std::min(std::ceil(steps), 10'000.0));
  for (std::size_t i = 0; i <= count; ++i) {
    const double part = count == 0 ? 0 : static_cast<double>(i) / static_cast<double>(count);
    dot(x1 + (x2 - x1) * part, y1 + (y2 - y1) * part, style);
  }
}

void CharacterCanvas::dot(double x, double y, unsigned style) {
  const bool is_inside = x >= 0 && x <= 1 && y >= 0 && y <= 1;
  if (!is_inside) return;
  const auto column = std::min(static_cast<std::size_t>(x * static_cast<double>(columns_ * 2)), columns_ * 2 - 1);
  const auto line = std::min(static_cast<std::size_t>((1 - y) * static_cast<double>(lines_ * 4)), lines_ * 4 - 1);
  Cell& cell = cells_[line / 4 * columns_ + column / 2];
  cell.dots = static_cast<std::uint8_t>(cell.dots | kDots[column % 2][line % 4]);
  if (cell.mark.empty()) cell.style = style;
}

void CharacterCanvas::mark(double x, double y, std::string_view character, unsigned style) {
  const bool is_inside = x >= 0 && x <= 1 && y >= 0 && y <= 1;
  if (!is_inside) return;
  const auto column = std::min(static_cast<std::size_t>(x * static_cast<double>(columns_)), columns_ - 1);
  const auto line = std::min(static_cast<std::size_t>((1 - y) * static_cast<double>(lines_)), lines_ - 1);
  Cell& cell = cells_[line * columns_ + column];
  cell.mark = character;
  cell.style = style;
}

std::string CharacterCanvas::text(std::size_t line, bool color) const {
  std::string out;
  std::string blanks;
  for (std::size_t column = 0; column < columns_; ++column) {
    const Cell& cell = cells_[line * columns_ + column];
    if (cell.mark.empty() && cell.dots == 0) {
      blanks += ' ';
      continue;
    }
    out += blanks + in_series_color(cell.mark.empty() ? braille(cell.dots) : cell.mark, cell.style, color);
    blanks.clear();
  }
  return out;
}

}  // namespace perfopt::report
