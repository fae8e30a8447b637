// SPDX-License-Identifier: Apache-2.0
// Lines and scatters: two numeric axes. Each series has a marker shape of its own and is named beside its last point,
// so that no colour has to be told from another; intervals are bands and whiskers.
#include <algorithm>
#include <array>
#include <ranges>
#include <tuple>
#include <vector>

#include "perfopt/report/escape.hpp"
#include "perfopt/report/panel_drawing.hpp"

namespace perfopt::report {
namespace {

constexpr double kHeight = 310;
constexpr double kLeft = 66;
constexpr double kRight = 136;
constexpr double kBottom = 44;
constexpr double kLineHeight = 15;
constexpr std::size_t kLabelLength = 16;
constexpr std::size_t kMostMarkRows = 4;  // more would leave no plot

struct Label {
  double y;       // where the line ends
  double x;       // likewise
  double placed;  // where the label stands
  std::string text;
  std::optional<std::size_t> series;  // none: the reference
};

// Moves labels apart, in their order, and keeps them between top and bottom.
void spread(std::vector<Label>& labels, double top, double bottom) {
  std::ranges::stable_sort(labels, {}, &Label::y);
  if (labels.empty()) return;
  const double gap = std::min(kLineHeight, (bottom - top) / static_cast<double>(labels.size()));
  double next = top;
  for (Label& label : labels) {
    label.placed = std::max(label.y, next);
    next = label.placed + gap;
  }
  double limit = bottom;
  for (Label& label : labels | std::views::reverse) {
    label.placed = std::min(label.placed, limit);
    limit = label.placed - gap;
  }
}

class Plot {
 public:
  Plot(const Panel& panel, double width, const SvgTheme& theme) : panel_(panel), width_(width), canvas_(theme) {}

  DrawnPanel draw() {
    if (!measure()) return {};
    axes();
    draw_marks();
    place_labels();
    for (std::size_t i = 0; i < panel_.series.size(); ++i) draw_series(i);
    draw_levels();
    for (const Label& label : labels_) draw_label(label);
    return {canvas_.body(), kHeight};
  }

 private:
  [[nodiscard]] bool can_place(const FigurePoint& point) const {
    return x_.can_place(point.x) && y_.can_place(point.y);
  }

  // Beyond the axis: at its edge.
  [[nodiscard]] double height_of(double value) const { return y_.at(std::clamp(value, y_.low, y_.high)); }

  bool measure() {
    SvgRange x(panel_.x.is_log);
    SvgRange y(panel_.y.is_log);
    for (const FigureSeries& series : panel_.series) {
      for (const FigurePoint& point : series.points) {
        if (!x.takes(point.x) || !y.takes(point.y)) continue;
        x.include(point.x);
        for (const double value : {point.y, point.low, point.high}) y.include(value);
      }
    }
    if (x.is_empty()) return false;
    if (panel_.reference) y.include(*panel_.reference);
    for (const FigureMark& mark : panel_.marks) x.include(mark.x);
    x.widen();
    y.widen();
    if (panel_.x_range) std::tie(x.low, x.high) = std::tuple((*panel_.x_range)[0], (*panel_.x_range)[1]);
    if (panel_.y_range) std::tie(y.low, y.high) = std::tuple((*panel_.y_range)[0], (*panel_.y_range)[1]);
    x_ = {x.low, x.high, kLeft, width_ - kRight, x.is_log};
    place_marks();
    y_ = {y.low, y.high, kHeight - kBottom, top_, y.is_log};
    return true;
  }

  // Rows of mark labels above the plot, as few as keep them from overlapping; what has no place in
  // kMostMarkRows is a line without a label.
  void place_marks() {
    std::vector<double> ends;
    for (const FigureMark& mark : panel_.marks) {
      if (!x_.can_place(mark.x)) continue;
      const std::string text = printable(mark.label, 2 * kLabelLength);
      const double width = kLetterWidth * static_cast<double>(character_count(text)) + 8;
      const double middle = std::clamp(x_.at(mark.x), width / 2, width_ - width / 2);
      std::size_t row = 0;
      while (row < ends.size() && ends[row] > middle - width / 2) ++row;
      if (row == kMostMarkRows) {
        marks_.push_back({x_.at(mark.x), middle, row, "", mark.style, mark.marker});
        continue;
      }
      if (row == ends.size()) ends.push_back(0);
      ends[row] = middle + width / 2;
      marks_.push_back({x_.at(mark.x), middle, row, text, mark.style, mark.marker});
    }
    top_ = 10 + kLineHeight * static_cast<double>(ends.size());
  }

  void axes() {
    for (const double tick : axis_ticks(panel_.y, y_.low, y_.high, 6)) {
      const double y = y_.at(tick);
      canvas_.line(Rule::grid, x_.from, y, x_.to, y);
      canvas_.text(x_.from - 6, y + 4, Anchor::end, tick_text(panel_.y.quantity, tick));
    }
    draw_x_axis(canvas_, panel_.x, x_, y_.to, y_.from);
    canvas_.upright_text(13, (y_.from + y_.to) / 2, panel_.y.title);
    if (!panel_.reference || !y_.can_place(*panel_.reference)) return;
    const double y = y_.at(*panel_.reference);
    canvas_.line(Rule::reference, x_.from, y, x_.to, y);
  }

  void draw_marks() {
    std::array<SvgPath, kStyles> lines;
    std::array<SvgPath, kStyles> markers;
    for (const PlacedMark& mark : marks_) {
      const double y = 12 + kLineHeight * static_cast<double>(mark.row);
      if (mark.row < kMostMarkRows) canvas_.text(mark.middle, y, Anchor::middle, mark.label);
      if (!mark.marker) {
        canvas_.line(Rule::mark, mark.x, y + 3, mark.x, y_.from);
        continue;
      }
      lines[mark.style % kStyles].move(mark.x, y + 3);
      lines[mark.style % kStyles].line(mark.x, y_.from);
      markers[mark.style % kStyles].marker(*mark.marker, mark.x, y_.to);
    }
    for (unsigned style = 0; style < kStyles; ++style) {
      if (lines[style].empty()) continue;
      canvas_.shape(Shape::outline, style, lines[style].text());
      canvas_.shape(Shape::filled, style, markers[style].text());
    }
  }

  void draw_levels() {
    SvgPath path;
    for (const FigureLevel& level : panel_.levels) {
      if (!x_.can_place(level.from) || !x_.can_place(level.to) || !y_.can_place(level.y)) continue;
      path.move(x_.at(level.from), height_of(level.y));
      path.line(x_.at(level.to), height_of(level.y));
    }
    if (!path.empty()) canvas_.shape(Shape::violin, 0, path.text(), " stroke-width=\"3\"");
  }

  // What series are called, beside the last point of each.
  void place_labels() {
    for (std::size_t i = 0; i < panel_.series.size(); ++i) {
      const FigureSeries& series = panel_.series[i];
      const auto points = series.points | std::views::reverse;
      const auto last = std::ranges::find_if(points, [&](const FigurePoint& point) { return can_place(point); });
      if (last != points.end()) labels_.push_back({height_of(last->y), x_.at(last->x), 0, series.label, i});
    }
    if (panel_.reference && !panel_.reference_label.empty() && y_.can_place(*panel_.reference)) {
      labels_.push_back({y_.at(*panel_.reference), x_.to, 0, panel_.reference_label, std::nullopt});
    }
    spread(labels_, y_.to, y_.from);
  }

  void draw_series(std::size_t index) {
    const FigureSeries& series = panel_.series[index];
    const auto label = std::ranges::find(labels_, index, &Label::series);
    if (label == labels_.end()) return;
    SvgPath path;
    SvgPath markers;
    std::vector<const FigurePoint*> intervals;
    for (const FigurePoint& point : series.points) {
      if (!can_place(point)) continue;
      const double x = x_.at(point.x);
      const double y = height_of(point.y);
      path.empty() ? path.move(x, y) : path.line(x, y);
      if (series.has_markers) markers.marker(series.style, x, y);
      if (y_.can_place(point.low) && y_.can_place(point.high)) intervals.push_back(&point);
    }
    markers.marker(series.style, key_x(), label->placed);
    if (panel_.kind == PanelKind::lines) {
      draw_band(series.style, intervals);
      canvas_.shape(series.is_dashed ? Shape::dashes : Shape::line, series.style, path.text());
    }
    draw_whiskers(series.style, intervals);
    canvas_.shape(Shape::filled, series.style, markers.text());
  }

  // From the highs to the right to the lows back.
  void draw_band(unsigned style, const std::vector<const FigurePoint*>& points) {
    if (points.size() < 2) return;
    SvgPath band;
    for (const FigurePoint* point : points) {
      const double x = x_.at(point->x);
      const double y = height_of(point->high);
      band.empty() ? band.move(x, y) : band.line(x, y);
    }
    for (const FigurePoint* point : points | std::views::reverse) band.line(x_.at(point->x), height_of(point->low));
    band.close();
    canvas_.shape(Shape::band, style, band.text());
  }

  // Where no band says the same.
  void draw_whiskers(unsigned style, const std::vector<const FigurePoint*>& points) {
    if (points.empty() || (panel_.kind == PanelKind::lines && points.size() > 1)) return;
    SvgPath whiskers;
    for (const FigurePoint* point : points) {
      whiskers.move(x_.at(point->x), height_of(point->low));
      whiskers.line(x_.at(point->x), height_of(point->high));
    }
    canvas_.shape(Shape::whisker, style, whiskers.text());
  }

  // Where the markers of the labels stand.
  [[nodiscard]] double key_x() const { return x_.to + 14; }

  void draw_label(const Label& label) {
    const double x = key_x();
    const bool is_scatter = panel_.kind == PanelKind::points;  // there, leaders cross the picture
    canvas_.line(is_scatter ? Rule::faint_leader : Rule::leader, label.x + 6, label.y, x - 6, label.placed);
    if (!label.series) canvas_.line(Rule::reference_key, x - 5, label.placed, x + 5, label.placed);
    canvas_.text(x + 9, label.placed + 4, Anchor::start, printable(label.text, kLabelLength));
  }

  struct PlacedMark {
    double x;
    double middle;
    std::size_t row;
    std::string label;
    unsigned style;
    std::optional<unsigned> marker;
  };

  const Panel& panel_;
  double width_;
  SvgCanvas canvas_;
  SvgScale x_{};
  SvgScale y_{};
  double top_ = 0;
  std::vector<PlacedMark> marks_;
  std::vector<Label> labels_;
};

}  // namespace

DrawnPanel draw_plot(const Panel& panel, double width, const SvgTheme& theme) {
  return Plot(panel, width, theme).draw();
}

}  // namespace perfopt::report
