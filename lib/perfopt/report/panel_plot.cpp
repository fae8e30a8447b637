// SPDX-License-Identifier: Apache-2.0
// Lines and scatters: two numeric axes. Each series has a marker shape of its own and is named beside its last point,
// so that no colour has to be told from another; intervals are bands and whiskers.
#include <algorithm>
#include <ranges>
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
  std::optional<unsigned> style;  // none: the reference
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
    for (const FigureSeries& series : panel_.series) draw_series(series);
    draw_labels();
    return {canvas_.body(), kHeight};
  }

 private:
  [[nodiscard]] bool can_place(const FigurePoint& point) const {
    return x_.can_place(point.x) && y_.can_place(point.y);
  }

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
        marks_.push_back({x_.at(mark.x), middle, row, ""});
        continue;
      }
      if (row == ends.size()) ends.push_back(0);
      ends[row] = middle + width / 2;
      marks_.push_back({x_.at(mark.x), middle, row, text});
    }
    top_ = 10 + kLineHeight * static_cast<double>(ends.size());
  }

  void axes() {
    for (const double tick : axis_ticks(panel_.y, y_.low, y_.high, 7)) {
      const double y = y_.at(tick);
      canvas_.line("grid", x_.from, y, x_.to, y);
      canvas_.text(x_.from - 6, y + 4, Anchor::end, tick_text(panel_.y.quantity, tick));
    }
    draw_x_axis(canvas_, panel_.x, x_, y_.to, y_.from);
    canvas_.upright_text(13, (y_.from + y_.to) / 2, panel_.y.title);
    if (!panel_.reference || !y_.can_place(*panel_.reference)) return;
    const double y = y_.at(*panel_.reference);
    canvas_.line("axis", x_.from, y, x_.to, y, " stroke-dasharray=\"6 3\"");
  }

  void draw_marks() {
    for (const PlacedMark& mark : marks_) {
      const double y = 12 + kLineHeight * static_cast<double>(mark.row);
      canvas_.line("mark", mark.x, y + 3, mark.x, y_.from, " stroke-dasharray=\"2 3\"");
      if (mark.row < kMostMarkRows) canvas_.text(mark.middle, y, Anchor::middle, mark.label);
    }
  }

  void draw_series(const FigureSeries& series) {
    std::string path;
    std::string upper;
    std::string lower;
    std::string whiskers;
    std::string markers;
    const FigurePoint* last = nullptr;
    for (const FigurePoint& point : series.points) {
      if (!can_place(point)) continue;
      last = &point;
      const double x = x_.at(point.x);
      path += (path.empty() ? "M" : "L") + position(x, point.y);
      markers += marker_path(series.style, x, y_.at(point.y));
      if (!y_.can_place(point.low) || !y_.can_place(point.high)) continue;
      upper += (upper.empty() ? "M" : "L") + position(x, point.high);
      lower = "L" + position(x, point.low) + lower;
      whiskers += "M" + position(x, point.low) + "V" + svg_number(y_.at(point.high));
    }
    if (last == nullptr) return;
    labels_.push_back({y_.at(last->y), x_.at(last->x), 0, series.label, series.style});
    canvas_.markup("<g><title>" + html_text(series.label, kNameLength) + "</title>\n");
    if (panel_.kind == PanelKind::lines) {
      if (!upper.empty()) canvas_.filled(series.style, upper + lower + "Z", " fill-opacity=\"0.2\"");
      canvas_.stroked(series.style, path,
                      series.is_dashed ? " stroke-width=\"2\" stroke-dasharray=\"7 4\"" : " stroke-width=\"2\"");
    }
    if (!whiskers.empty()) canvas_.stroked(series.style, whiskers);
    canvas_.filled(series.style, markers);
    canvas_.markup("</g>\n");
  }

  [[nodiscard]] std::string position(double x, double y) const { return svg_number(x) + " " + svg_number(y_.at(y)); }

  void draw_labels() {
    if (panel_.reference && !panel_.reference_label.empty() && y_.can_place(*panel_.reference)) {
      labels_.push_back({y_.at(*panel_.reference), x_.to, 0, panel_.reference_label, std::nullopt});
    }
    spread(labels_, y_.to, y_.from);
    for (const Label& label : labels_) {
      const double x = x_.to + 14;
      const bool is_scatter = panel_.kind == PanelKind::points;  // there, leaders cross the picture
      canvas_.line("mark", label.x + 6, label.y, x - 6, label.placed,
                   is_scatter ? " stroke-opacity=\"0.6\" stroke-dasharray=\"1 4\"" : " stroke-opacity=\"0.35\"");
      if (label.style) {
        canvas_.filled(*label.style, marker_path(*label.style, x, label.placed));
      } else {
        canvas_.line("axis", x - 5, label.placed, x + 5, label.placed, " stroke-dasharray=\"4 2\"");
      }
      canvas_.text(x + 9, label.placed + 4, Anchor::start, printable(label.text, kLabelLength));
    }
  }

  struct PlacedMark {
    double x;
    double middle;
    std::size_t row;
    std::string label;
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
