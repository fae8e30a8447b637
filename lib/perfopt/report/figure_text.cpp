// SPDX-License-Identifier: Apache-2.0
// Charts of characters for a terminal: lines and scatters in braille with a mark for each series, bars and
// distributions in blocks, intervals as |--o--|, heat maps as tables.
#include <algorithm>
#include <cmath>
#include <tuple>
#include <vector>

#include "perfopt/report/character_canvas.hpp"
#include "perfopt/report/escape.hpp"
#include "perfopt/report/figure_forms.hpp"
#include "perfopt/report/panel_text.hpp"
#include "perfopt/report/text_layout.hpp"

namespace perfopt::report {
namespace {

constexpr unsigned kLeastWidth = 40;
constexpr std::size_t kPlotLines = 12;
constexpr std::size_t kScaleWidth = 9;  // of the labels beside a plot

// Positions from 0 to 1.
SvgScale unit_scale(const SvgRange& range) {
  return {range.low, range.high, 0, 1, range.is_log};
}

class PlotText {
 public:
  PlotText(const Panel& panel, const FigureTextOptions& options)
      : panel_(panel), options_(options), columns_(options.width - kScaleWidth - 3), canvas_(columns_, kPlotLines) {}

  std::string text() {
    if (!measure()) return "";
    if (panel_.reference && y_.can_place(*panel_.reference)) {
      const double y = y_.at(*panel_.reference);
      canvas_.line(0, y, 1, y, 0);
    }
    for (const FigureMark& mark : panel_.marks) draw(mark);
    for (const FigureSeries& series : panel_.series) draw(series);
    return plot() + x_axis() + legend();
  }

 private:
  bool measure() {
    SvgRange x(panel_.x.is_log);
    SvgRange y(panel_.y.is_log);
    for (const FigureSeries& series : panel_.series) {
      for (const FigurePoint& point : series.points) {
        if (!x.takes(point.x) || !y.takes(point.y)) continue;
        x.include(point.x);
        y.include(point.y);
      }
    }
    if (x.is_empty()) return false;
    if (panel_.reference) y.include(*panel_.reference);
    x.widen();
    y.widen();
    if (panel_.x_range) std::tie(x.low, x.high) = std::tuple((*panel_.x_range)[0], (*panel_.x_range)[1]);
    if (panel_.y_range) std::tie(y.low, y.high) = std::tuple((*panel_.y_range)[0], (*panel_.y_range)[1]);
    x_ = unit_scale(x);
    y_ = unit_scale(y);
    return true;
  }

  void draw(const FigureMark& mark) {
    if (!mark.marker || !x_.can_place(mark.x)) return;
    canvas_.line(x_.at(mark.x), 0, x_.at(mark.x), 1, mark.style);
    canvas_.mark(x_.at(mark.x), 1, marker_character(*mark.marker), mark.style);
  }

  void draw(const FigureSeries& series) {
    const FigurePoint* last = nullptr;
    for (const FigurePoint& point : series.points) {
      if (!x_.can_place(point.x) || !y_.can_place(point.y)) continue;
      if (last != nullptr && panel_.kind == PanelKind::lines) {
        canvas_.line(x_.at(last->x), y_.at(last->y), x_.at(point.x), y_.at(point.y), series.style);
      }
      last = &point;
    }
    for (const FigurePoint& point : series.points) {
      if (!series.has_markers || !x_.can_place(point.x) || !y_.can_place(point.y)) continue;
      canvas_.mark(x_.at(point.x), y_.at(point.y), marker_character(series.style), series.style);
    }
  }

  [[nodiscard]] std::string plot() const {
    std::vector<std::string> labels(kPlotLines);
    for (const double tick : axis_ticks(panel_.y, y_.low, y_.high, 5)) {
      const auto line = static_cast<std::size_t>((1 - y_.at(tick)) * static_cast<double>(kPlotLines));
      labels[std::min(line, kPlotLines - 1)] = tick_text(panel_.y.quantity, tick);
    }
    std::string out = "  " + printable(panel_.y.title, options_.width - 2) + "\n";
    for (std::size_t line = 0; line < kPlotLines; ++line) {
      out += right(labels[line], kScaleWidth) + (labels[line].empty() ? " │" : " ┤") +
             canvas_.text(line, options_.color) + "\n";
    }
    return out;
  }

  [[nodiscard]] std::string x_axis() const {
    std::string labels(options_.width, ' ');
    std::size_t free = 0;
    for (const double tick : axis_ticks(panel_.x, x_.low, x_.high, std::max<std::size_t>(columns_ / 10, 2))) {
      const std::string text = tick_text(panel_.x.quantity, tick);
      const auto middle = kScaleWidth + 2 + static_cast<std::size_t>(x_.at(tick) * static_cast<double>(columns_ - 1));
      const std::size_t start = middle - std::min(middle, text.size() / 2);
      if (start < free || start + text.size() > labels.size()) continue;
      labels.replace(start, text.size(), text);
      free = start + text.size() + 1;
    }
    labels.erase(labels.find_last_not_of(' ') + 1);
    std::string rule;
    for (std::size_t i = 0; i < columns_; ++i) rule += "─";
    return std::string(kScaleWidth + 1, ' ') + "└" + rule + "\n" + labels + "\n" + std::string(kScaleWidth + 2, ' ') +
           printable(panel_.x.title + ends(), columns_) + "\n";
  }

  [[nodiscard]] std::string ends() const {
    return panel_.x.first.empty() ? "" : ", " + panel_.x.first + " to " + panel_.x.last;
  }

  [[nodiscard]] std::string legend() const {
    std::string out;
    std::size_t used = options_.width;
    const auto add = [&](const std::string& sign, const std::string& label, unsigned style) {
      const std::string name = printable(label, options_.width - 6);
      const std::size_t width = character_count(name) + 4;
      if (used + width > options_.width) {
        out += out.empty() ? "  " : "\n  ";
        used = 2;
      }
      out += in_series_color(sign, style, options_.color) + " " + name + "  ";
      used += width;
    };
    for (const FigureSeries& series : panel_.series) {
      add(std::string(series.has_markers ? marker_character(series.style) : "─"), series.label, series.style);
    }
    if (!panel_.reference_label.empty()) add("⠒", panel_.reference_label, 0);
    for (const FigureMark& mark : panel_.marks)
      add(std::string(mark.marker ? marker_character(*mark.marker) : "|"), mark.label, mark.style);
    return out.empty() ? out : out + "\n";
  }

  const Panel& panel_;
  const FigureTextOptions& options_;
  std::size_t columns_;
  CharacterCanvas canvas_;
  SvgScale x_{};
  SvgScale y_{};
};

}  // namespace

std::string figure_text(const Figure& figure, const FigureTextOptions& options) {
  FigureTextOptions used = options;
  used.width = std::max(options.width, kLeastWidth);
  std::string out = wrapped(printable(figure.title), "", used.width);
  out = painted(out.substr(0, out.size() - 1), Ink::strong, used.color) + "\n";
  if (!figure.description.empty()) out += wrapped(printable(figure.description, 2000), "", used.width);
  bool is_empty = true;
  for (const Panel& panel : figure.panels) {
    const std::string text = has_rows(panel.kind) ? rows_text(panel, used) : PlotText(panel, used).text();
    if (text.empty()) continue;
    is_empty = false;
    out += "\n";
    if (!panel.title.empty()) out += painted(printable(panel.title, used.width), Ink::strong, used.color) + "\n";
    out += text;
  }
  return is_empty ? out + "\nNothing was measured that can be drawn.\n" : out;
}

}  // namespace perfopt::report
