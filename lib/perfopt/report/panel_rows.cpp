// SPDX-License-Identifier: Apache-2.0
// Bars, intervals and distributions: a row each, named on the left, its value in words on the right, one axis below.
#include <algorithm>

#include "perfopt/report/escape.hpp"
#include "perfopt/report/panel_drawing.hpp"

namespace perfopt::report {
namespace {

constexpr double kTop = 8;
constexpr double kBottom = 44;
constexpr std::size_t kLabelLength = 44;
constexpr std::size_t kTextLength = 28;
constexpr double kMarkerWidth = 9;

double row_height(PanelKind kind) {
  return kind == PanelKind::strips ? 30 : 22;
}

double text_width(const std::string& text, std::size_t most) {
  return kLetterWidth * static_cast<double>(std::min(character_count(printable(text)), most)) + 16;
}

class Rows {
 public:
  Rows(const Panel& panel, double width, const SvgTheme& theme)
      : panel_(panel), canvas_(theme), width_(width), step_(row_height(panel.kind)) {}

  DrawnPanel draw() {
    if (!measure()) return {};
    const double bottom = kTop + step_ * static_cast<double>(panel_.rows.size());
    draw_margin(bottom);
    draw_x_axis(canvas_, panel_.x, x_, kTop, bottom);
    if (panel_.reference && x_.can_place(*panel_.reference)) {
      const double x = x_.at(*panel_.reference);
      canvas_.line(Rule::reference, x, kTop, x, bottom);
    }
    double y = kTop;
    for (const FigureRow& row : panel_.rows) {
      draw_row(row, y + step_ / 2);
      y += step_;
    }
    return {canvas_.body(), bottom + kBottom};
  }

 private:
  bool measure() {
    SvgRange range(panel_.x.is_log);
    double left = 0;
    double right = 0;
    for (const FigureRow& row : panel_.rows) {
      if (range.takes(row.value)) {
        for (const double value : {row.value, row.low, row.high, row.bound}) range.include(value);
      }
      left = std::max(left, text_width(row.label, kLabelLength));
      right = std::max(right, text_width(row.text, kTextLength));
    }
    if (range.is_empty()) return false;
    if (panel_.reference) range.include(*panel_.reference);
    range.widen();
    if (panel_.x_range) {
      range.low = (*panel_.x_range)[0];
      range.high = (*panel_.x_range)[1];
    }
    left_ = std::min(left, width_ * (panel_.kind == PanelKind::intervals ? 0.42 : 0.36));
    right_ = std::min(right, width_ * 0.3);
    x_ = {range.low, range.high, left_, width_ - std::max(right_, 24.0), range.is_log};
    return true;
  }

  // Where the values of all rows would mean the same.
  void draw_margin(double bottom) {
    if (!panel_.margin) return;
    const double from = at_edge((*panel_.margin)[0]);
    canvas_.tile(Tone::even, from, kTop, at_edge((*panel_.margin)[1]) - from, bottom - kTop);
  }

  void draw_row(const FigureRow& row, double y) {
    if (!row.note.empty()) {  // what says it all is as large as the row
      canvas_.markup("<g pointer-events=\"all\"><title>" + html_text(row.note, kReasonLength) +
                     "</title><path fill=\"none\" d=\"" + box_path(0, y - step_ / 2, width_, step_) + "\"/>\n");
    }
    draw_parts(row, y);
    if (!row.note.empty()) canvas_.markup("</g>\n");
  }

  void draw_parts(const FigureRow& row, double y) {
    const auto fits = [](double room) { return static_cast<std::size_t>(std::max(3.0, (room - 16) / kLetterWidth)); };
    canvas_.text(left_ - 9, y + 4, Anchor::end, printable(row.label, fits(left_)));
    canvas_.text(x_.to + 9, y + 4, Anchor::start, printable(row.text, fits(right_)));
    if (!x_.can_place(row.value)) return;
    if (panel_.kind == PanelKind::bars) bar(row, y);
    if (panel_.kind == PanelKind::intervals) interval(row, y);
    if (panel_.kind == PanelKind::strips) strip(row, y);
  }

  // From the left edge of a logarithmic axis, from 0 of a linear one.
  void bar(const FigureRow& row, double y) {
    const double zero = x_.is_log ? x_.from : x_.at(std::clamp(0.0, x_.low, x_.high));
    const double end = x_.at(row.value);
    canvas_.box(row.style, std::min(zero, end), y - 7, std::abs(end - zero), 14);
    if (x_.can_place(row.low) && x_.can_place(row.high)) {
      canvas_.line(Rule::error, x_.at(row.low), y, x_.at(row.high), y);
    }
    if (!x_.can_place(row.bound)) return;
    const std::string box = "M" + svg_number(zero) + " " + svg_number(y - 8.5) + "H" + svg_number(x_.at(row.bound)) +
                            "V" + svg_number(y + 8.5) + "H" + svg_number(zero);
    canvas_.shape(Shape::outline, row.style, box);
    canvas_.line(Rule::bound, x_.at(row.bound), y - 9, x_.at(row.bound), y + 9);
  }

  // Where it goes on beyond the axis, it ends in an arrow.
  void interval(const FigureRow& row, double y) {
    if (x_.can_place(row.low) && x_.can_place(row.high)) {
      const double low = at_edge(row.low);
      const double high = at_edge(row.high);
      const bool has_ends = high - low > kMarkerWidth;  // shorter ones hide behind the marker
      std::string start = has_ends ? "M" + svg_number(low) + " " + svg_number(y - 4) + "v8m0-4"
                                   : "M" + svg_number(low) + " " + svg_number(y);
      if (row.low < x_.low) start = "M" + svg_number(low - 3) + " " + svg_number(y - 4) + "l-4 4l4 4m3-4";
      std::string end = has_ends ? "m0-4v8" : "";
      if (row.high > x_.high) end = "m3-4l4 4l-4 4";
      canvas_.shape(Shape::line, row.style, start + "H" + svg_number(high) + end);
    }
    canvas_.shape(Shape::filled, row.style, marker_path(row.marker.value_or(row.style), at_edge(row.value), y));
  }

  // A violin of the histogram, its quartiles darker, the median as a bar.
  void strip(const FigureRow& row, double y) {
    const double half = step_ / 2 - 3;
    const std::uint32_t most = row.bins.empty() ? 0 : *std::ranges::max_element(row.bins);
    if (most == 0) return;
    const double bin = (x_.to - x_.from) / static_cast<double>(row.bins.size());
    SvgPath path;  // a stroke as wide as a bin for each
    for (std::size_t i = 0; i < row.bins.size(); ++i) {
      if (row.bins[i] == 0) continue;
      const double size = std::max(1.0, half * row.bins[i] / most);
      const double x = x_.from + bin * (static_cast<double>(i) + 0.5);
      path.move(x, y - size);
      path.line(x, y + size);
    }
    canvas_.shape(Shape::violin, row.style, path.text(), " stroke-width=\"" + svg_number(bin) + "\"");
    if (x_.can_place(row.low) && x_.can_place(row.high)) {
      SvgPath quartiles;
      quartiles.move(at_edge(row.low), y);
      quartiles.line(at_edge(row.high), y);
      canvas_.shape(Shape::quartiles, row.style, quartiles.text());
    }
    canvas_.line(Rule::median, x_.at(row.value), y - half, x_.at(row.value), y + half);
  }

  [[nodiscard]] double at_edge(double value) const { return x_.at(std::clamp(value, x_.low, x_.high)); }

  const Panel& panel_;
  SvgCanvas canvas_;
  double width_;
  double step_;
  double left_ = 0;
  double right_ = 0;
  SvgScale x_{};
};

// As many as do not touch and stay within the axis.
void draw_names(SvgCanvas& canvas, const FigureAxis& axis, const SvgScale& scale, double bottom) {
  constexpr std::size_t kMostLetters = 12;
  double free_from = scale.from;
  for (const AxisName& name : axis.names) {
    const std::string words = printable(name.text, kMostLetters);
    const double x = scale.at(name.at);
    const double end = x + kLetterWidth * static_cast<double>(character_count(words));
    if (x < free_from || end > scale.to) continue;
    free_from = end + 12;
    canvas.line(Rule::grid, x, bottom, x, bottom + 5);
    canvas.text(x, bottom + 16, Anchor::start, words);
  }
}

}  // namespace

DrawnPanel draw_rows(const Panel& panel, double width, const SvgTheme& theme) {
  return Rows(panel, width, theme).draw();
}

void draw_x_axis(SvgCanvas& canvas, const FigureAxis& axis, const SvgScale& scale, double top, double bottom) {
  if (!axis.names.empty()) draw_names(canvas, axis, scale, bottom);
  const std::size_t most = static_cast<std::size_t>(std::max(2.0, (scale.to - scale.from) / 62));
  for (const double tick : axis_ticks(axis, scale.low, scale.high, axis.names.empty() ? most : 0)) {
    const double x = scale.at(tick);
    canvas.line(Rule::grid, x, bottom, x, top);
    canvas.text(x, bottom + 16, Anchor::middle, tick_text(axis.quantity, tick));
  }
  canvas.line(Rule::axis, scale.from, bottom, scale.to, bottom);
  if (!axis.first.empty()) canvas.text(scale.from, bottom + 36, Anchor::start, printable(axis.first, kNameLength));
  if (!axis.last.empty()) canvas.text(scale.to, bottom + 36, Anchor::end, printable(axis.last, kNameLength));
  canvas.text((scale.from + scale.to) / 2, bottom + 36, Anchor::middle, printable(axis.title, kNameLength));
}

}  // namespace perfopt::report
