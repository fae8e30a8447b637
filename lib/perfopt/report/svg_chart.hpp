// SPDX-License-Identifier: Apache-2.0
// A chart of lines over sizes on two logarithmic axes, as one static SVG element.
//
// Lines carry their 95 % intervals as bands and whiskers, a colour of Okabe and Ito, and a marker shape of their own,
// and are named beside their ends, so that no colour has to be told from another. Colours are literal attributes (the
// element also stands alone); a page may restyle the classes s0..s7 (line), axis, grid, text and mark.
// Values that are not finite and positive have no place on such an axis and are left out. Equal charts, equal bytes.
#pragma once

#include <limits>
#include <string>
#include <vector>

namespace perfopt::report {

struct ChartPoint {
  double x = 0;
  double y = 0;
  double low = std::numeric_limits<double>::quiet_NaN();  // of the interval; NaN: none
  double high = std::numeric_limits<double>::quiet_NaN();
};

struct ChartLine {
  std::string label;
  unsigned style = 0;              // 0 is grey, for the baseline
  std::vector<ChartPoint> points;  // ascending x
  bool dashed = false;             // for what is not an equal among the lines
};

// A vertical line, for a crossover.
struct ChartMark {
  double x = 0;
  std::string label;
};

struct ChartAxis {
  std::string title;
  std::string (*format)(double) = nullptr;  // of a tick
};

struct Chart {
  std::string id;  // unique in the page; letters, digits and hyphens
  std::string title;
  std::string description;  // what a reader sees who cannot see it
  ChartAxis x;
  ChartAxis y;
  std::vector<ChartLine> lines;
  std::vector<ChartMark> marks;
  std::string reference_label;  // names the horizontal line y = 1; "": no such line
  double width = 480;           // of the view box, text is 13 high
  double height = 310;
};

// "" when no point can be drawn.
[[nodiscard]] std::string svg_chart(const Chart& chart);

// At most `most` round numbers (1, 2, 5 times a power of ten, or powers of ten alone) from `low` to `high`, ascending.
[[nodiscard]] std::vector<double> log_ticks(double low, double high, std::size_t most);

// "20", "1.5K", "30M": a size on an axis.
[[nodiscard]] std::string tick_count(double value);
// "0.5x", "10x".
[[nodiscard]] std::string tick_ratio(double value);
// Nanoseconds as "5 ns", "20 us", "0.1 ns".
[[nodiscard]] std::string tick_duration_ns(double value);

// A number of an SVG attribute: one decimal, never an exponent.
[[nodiscard]] std::string svg_number(double value);
// A marker of that style around (x, y), with its literal colour.
[[nodiscard]] std::string svg_marker(unsigned style, double x, double y);

}  // namespace perfopt::report
