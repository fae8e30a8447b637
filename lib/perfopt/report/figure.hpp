// SPDX-License-Identifier: Apache-2.0
// What a chart shows, free of the form it is shown in.
//
// A builder (figure_builders.hpp) makes a Figure of a document, a form (figure_forms.hpp) draws it: as SVG, on a
// terminal, as a table, as JSON. The panels say what is drawn, the table holds the exact figures behind them; both come
// from the same pass over the document. Texts are those of the document, not yet made safe for where they are shown.
// Values that an axis cannot place (not finite; not positive on a logarithmic one) are left out by the forms.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace perfopt::report {

// What a number counts. Shares are 1 for 100 %; a change is a ratio, told as what it adds: 1.031 is "+3.1 %".
enum class Quantity : std::uint8_t { text, count, ratio, duration_ns, bytes, byte_rate, rate, share, change };

// "1.23 us", "4.30x", "12.3 %", "+3.1 %"; "-" for what is not finite.
[[nodiscard]] std::string quantity_text(Quantity quantity, double value);
// The same for a round number on an axis: "1 us", "4x".
[[nodiscard]] std::string tick_text(Quantity quantity, double value);
// Of unrounded numbers in CSV and JSON: "ns", "bytes", "1/s"; "" for counts, ratios, shares and text.
[[nodiscard]] std::string_view quantity_unit(Quantity quantity);

inline constexpr double kNoValue = std::numeric_limits<double>::quiet_NaN();

// A name on an axis, where what it names begins.
struct AxisName {
  double at = 0;
  std::string text;
};

struct FigureAxis {
  std::string title;
  Quantity quantity = Quantity::count;
  bool is_log = false;
  std::vector<AxisName> names{};  // x: ascending, instead of numbers, as many as have room
  std::string first{}, last{};    // x: words below its ends
};

struct FigurePoint {
  double x = 0;
  double y = 0;
  double low = kNoValue;  // of an interval of y
  double high = kNoValue;
};

inline constexpr unsigned kStyles = 8;  // colours and markers; 0 is grey, for the baseline

struct FigureSeries {
  std::string label;
  unsigned style = 0;
  std::vector<FigurePoint> points;  // of lines: ascending x
  bool is_dashed = false;           // for what is not an equal among the others
  bool has_markers = true;          // false: a line of very many points
};

// A vertical line, for a crossover; with a marker on it, in the colour of its style, for a change.
struct FigureMark {
  double x = 0;
  std::string label;
  unsigned style = 0;
  std::optional<unsigned> marker{};  // the style whose marker it is
};

// Where the values of a line stood from one change to the next.
struct FigureLevel {
  double from = 0;
  double to = 0;
  double y = 0;
};

// How good a value is; forms give it a colour and a sign.
enum class Tone : std::uint8_t { none, even, win1, win2, win3, win4, lose1, lose2, lose3, failed };
[[nodiscard]] std::string_view tone_sign(Tone tone);  // "▲"

struct FigureCell {
  std::string text;
  Tone tone = Tone::none;
};

// A part of a row of spans. Its label is written into it where there is room; where there is little, `name` alone is
// shortened (short_label()).
struct FigureSpan {
  double from = 0;
  double to = 0;
  std::string sign{};  // before the name: "■ ", "+75.00 "
  std::string name;
  std::string suffix{};  // after it: " x5,000"
  unsigned style = 0;

  [[nodiscard]] std::string label() const { return sign + name + suffix; }
};

// One line of the kinds that are made of rows.
struct FigureRow {
  std::string label;
  std::string text;    // the value in words, beside the drawing
  std::string note{};  // all of it in words, for who points at it; "": none
  unsigned style = 1;
  std::optional<unsigned> marker{};  // intervals: the style whose marker it is; none: that of `style`
  Tone tone = Tone::none;
  double value = kNoValue;  // bars: the length; intervals: the estimate; strips: the median
  double low = kNoValue;    // bars, intervals: of the interval; strips: quartiles
  double high = kNoValue;
  double bound = kNoValue;          // bars: the most that is possible
  std::vector<std::uint32_t> bins;  // strips: how many values, over the range of the x axis
  std::vector<FigureCell> cells;    // cells
  std::vector<FigureSpan> spans;    // spans, ascending
};

enum class PanelKind : std::uint8_t {
  lines,
  points,     // a scatter
  bars,       // rows from here on: value along x
  intervals,  // a forest plot
  strips,     // the distribution of raw values
  cells,      // a heat map
  spans,      // a flame graph, a timeline
};
[[nodiscard]] constexpr bool has_rows(PanelKind kind) {
  return kind >= PanelKind::bars;
}

struct Panel {
  PanelKind kind = PanelKind::lines;
  std::string title;
  FigureAxis x;
  FigureAxis y;  // lines and points
  std::vector<FigureSeries> series;
  std::vector<FigureMark> marks;
  std::vector<FigureLevel> levels{};
  std::optional<double> reference;  // of y; of x where there are rows
  std::string reference_label;
  std::vector<FigureRow> rows;
  std::vector<std::string> columns;  // cells: heads
  // What an axis covers, instead of what the values ask for; what lies beyond it is drawn at its edge.
  std::optional<std::array<double, 2>> x_range{};
  std::optional<std::array<double, 2>> y_range{};  // lines
  std::optional<std::array<double, 2>> margin{};   // intervals: within it nothing has changed
  std::string caption;                             // plain text: how to read it
};

// Nothing, a number, a whole number, a text.
using TableCell = std::variant<std::monostate, double, std::uint64_t, std::string>;

struct FigureColumn {
  std::string title;
  Quantity quantity = Quantity::text;
};

struct FigureTable {
  std::vector<FigureColumn> columns;
  std::vector<std::vector<TableCell>> rows;  // as many cells as there are columns
};

struct Figure {
  std::string name;  // "speedup"
  std::string title;
  std::string description;  // one sentence
  std::vector<Panel> panels;
  FigureTable table;
};

// Of a cell for people.
[[nodiscard]] std::string cell_text(const FigureColumn& column, const TableCell& cell);

// The value axis of every panel that has one: y of lines and points, x of bars.
void use_log_axes(Figure& figure);

// At most `most` round numbers from `low` to `high`, ascending: for a logarithmic axis 1, 2, 5 times powers of ten, or
// powers of ten alone; for a linear one multiples of 1, 2 or 5 times a power of ten.
[[nodiscard]] std::vector<double> log_ticks(double low, double high, std::size_t most);
[[nodiscard]] std::vector<double> linear_ticks(double low, double high, std::size_t most);
// Those of an axis: of bytes, round in KiB and MiB; of changes, round in percent.
[[nodiscard]] std::vector<double> axis_ticks(const FigureAxis& axis, double low, double high, std::size_t most);

}  // namespace perfopt::report
