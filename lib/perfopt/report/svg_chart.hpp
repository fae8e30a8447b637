// SPDX-License-Identifier: Apache-2.0
// What every static SVG chart is made of: numbers, colours, markers, text, lines. Internal to report/.
//
// In a document of its own colours are literal attributes, so that it stands alone (librsvg and word processors know no
// CSS variables). In a page, which has many of them, only classes are written and report.css draws them (".chart"): one
// of s0..s7 (series), one of a Shape or a Rule (svg_chart.cpp), or a tone: w1..w4, l1..l3, e0, f0.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "perfopt/report/figure.hpp"
#include "perfopt/report/svg_path.hpp"

namespace perfopt::report {

enum class Theme : std::uint8_t { light, dark, page };  // page: the style of the page it stands in

struct SvgTheme {
  bool is_page;  // and then there are no colours
  const char* back;
  const char* text;
  const char* grid;
  std::array<const char*, kStyles> series;  // Okabe and Ito 2008, darkened or lightened to be seen on `back`
  std::array<const char*, 10> tones;        // by Tone
};
[[nodiscard]] const SvgTheme& svg_theme(Theme theme);

// A number of an SVG attribute: one decimal, never an exponent.
[[nodiscard]] std::string svg_number(double value);
// The marker of a style: a closed path that starts beside its middle.
struct MarkerShape {
  double dx, dy;
  const char* rest;
};
[[nodiscard]] const MarkerShape& marker_shape(unsigned style);
// The part of a path that draws the marker of a style around (x, y).
[[nodiscard]] std::string marker_path(unsigned style, double x, double y);
[[nodiscard]] std::string series_class(unsigned style);
// The class of a tone: "w1"; "" for none.
[[nodiscard]] std::string_view tone_class(Tone tone);

inline constexpr double kLetterWidth = 7.4;  // of one at 13 px, generous

enum class Anchor : std::uint8_t { start, middle, end };

// What a series is drawn with, in its colour.
enum class Shape : std::uint8_t { filled, band, line, dashes, whisker, outline, quartiles, violin };
// Lines that belong to no series.
enum class Rule : std::uint8_t {
  grid,
  axis,
  reference,
  reference_key,
  mark,
  leader,
  faint_leader,
  error,
  bound,
  median
};

// Lines of the grid below, then shapes, other lines and text; lines of a kind are one path. Text is escaped here.
class SvgCanvas {
 public:
  explicit SvgCanvas(const SvgTheme& theme) : theme_(theme) {}

  void text(double x, double y, Anchor anchor, std::string_view content);
  // Bottom to top, around (x, y).
  void upright_text(double x, double y, std::string_view content);
  void line(Rule rule, double x1, double y1, double x2, double y2);
  // `more`: attributes.
  void shape(Shape shape, unsigned style, std::string_view path, std::string_view more = "");
  void box(unsigned style, double x, double y, double width, double height);
  // Of a tone; its colour does not tell series apart.
  void tile(Tone tone, double x, double y, double width, double height);
  void markup(std::string_view shapes) { shapes_ += shapes; }

  [[nodiscard]] std::string body() const;
  [[nodiscard]] const SvgTheme& theme() const { return theme_; }

 private:
  const SvgTheme& theme_;
  std::map<Rule, SvgPath> lines_;
  std::string shapes_;
  std::array<std::string, 3> texts_;  // by Anchor
};

// A closed rectangle.
[[nodiscard]] std::string box_path(double x, double y, double width, double height);

// Positions on one axis, linear or logarithmic.
struct SvgScale {
  double low = 0, high = 1;  // of the data
  double from = 0, to = 1;   // in the view box
  bool is_log = false;

  [[nodiscard]] bool can_place(double value) const;
  [[nodiscard]] double at(double value) const;
};

// Least and greatest of the values that can stand on an axis.
struct SvgRange {
  explicit SvgRange(bool log) : is_log(log) {}

  bool is_log;
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();

  [[nodiscard]] bool takes(double value) const;
  void include(double value);
  [[nodiscard]] bool is_empty() const { return low > high; }
  // With room beside the outermost values: of a logarithmic axis at least a factor of four in all; a linear one of
  // values that are all positive begins at 0.
  void widen();
};

}  // namespace perfopt::report
