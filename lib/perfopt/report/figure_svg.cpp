// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "perfopt/report/escape.hpp"
#include "perfopt/report/figure_forms.hpp"
#include "perfopt/report/panel_drawing.hpp"

namespace perfopt::report {
namespace {

constexpr double kPanelWidth = 480;
constexpr double kAloneWidth = 640;
constexpr double kMargin = 16;
constexpr double kHead = 30;
constexpr double kPanelHead = 24;
constexpr double kLineHeight = 18;

constexpr std::string_view kFont = " font-family=\"system-ui, 'DejaVu Sans', sans-serif\" font-size=\"13\"";

std::string view_box(double width, double height) {
  return " viewBox=\"0 0 " + svg_number(width) + " " + svg_number(height) + "\" role=\"img\"";
}

std::string open_document(const Figure& figure, double width, double height) {
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + svg_number(width) + "\" height=\"" +
         svg_number(height) + "\"" + view_box(width, height) + " aria-labelledby=\"figure-t figure-d\"" +
         std::string(kFont) + ">\n<title id=\"figure-t\">" + html_text(figure.title) +
         "</title>\n<desc id=\"figure-d\">" + html_text(figure.description, 2000) + "</desc>\n";
}

// Panels in rows of equal width.
class Sheet {
 public:
  Sheet(const Figure& figure, const SvgOptions& options) : figure_(figure), theme_(svg_theme(options.theme)) {
    columns_ = figure.panels.size() > 1 && !wants_whole_width() ? 2 : 1;
    width_ = options.width > 0 ? options.width : natural_width();
    if (width_ < 1.5 * kPanelWidth) columns_ = 1;
  }

  std::string svg() {
    lay_out();
    std::string out = open_document(figure_, width_, y_ + kMargin);
    out += "<rect fill=\"" + std::string(theme_.back) + "\" width=\"100%\" height=\"100%\"/>\n";
    return out + "<g fill=\"" + theme_.text + "\">\n" + head_ + "</g>\n" + body_ + "</svg>\n";
  }

 private:
  [[nodiscard]] bool wants_whole_width() const {
    return std::ranges::any_of(figure_.panels, [](const Panel& panel) {
      return panel.kind == PanelKind::spans || panel.kind == PanelKind::intervals;
    });
  }
  [[nodiscard]] double natural_width() const {
    if (columns_ == 2) return 2 * kPanelWidth + 3 * kMargin;
    return wants_whole_width() ? 1000 : kAloneWidth;
  }

  void lay_out() {
    const auto letters = static_cast<std::size_t>(std::max(8.0, (width_ - 2 * kMargin) / 9));
    head_ = "<text font-size=\"16\" font-weight=\"600\" x=\"" + svg_number(kMargin) + "\" y=\"24\">" +
            html_text(figure_.title, letters) + "</text>\n";
    y_ = kHead;
    if (!figure_.description.empty()) describe(figure_.description);
    const double width = (width_ - kMargin * static_cast<double>(columns_ + 1)) / static_cast<double>(columns_);
    std::size_t column = 0;
    double height = 0;
    for (const Panel& panel : figure_.panels) {
      const DrawnPanel drawn = draw_panel(panel, width, theme_);
      if (drawn.body.empty()) continue;
      const double x = kMargin + (width + kMargin) * static_cast<double>(column);
      place(panel, drawn, x, width);
      height = std::max(height, drawn.height + kPanelHead);
      if (++column < columns_) continue;
      next_row(column, height);
    }
    if (column > 0) next_row(column, height);
    if (body_.empty()) describe("Nothing was measured that can be drawn.");
  }

  void next_row(std::size_t& column, double& height) {
    y_ += height + 8;
    column = 0;
    height = 0;
  }

  // Words that fit the width, as many lines as they need.
  void describe(std::string_view text) {
    const auto letters = static_cast<std::size_t>(std::max(20.0, (width_ - 2 * kMargin) / kLetterWidth));
    std::string rest = printable(text, 2000);
    while (!rest.empty()) {
      std::size_t end = rest.size();
      if (end > letters) {
        end = rest.rfind(' ', letters);
        if (end == std::string::npos || end == 0) end = rest.size();
      }
      head_ += "<text fill-opacity=\"0.75\" x=\"" + svg_number(kMargin) + "\" y=\"" + svg_number(y_ + 14) + "\">" +
               html_text(rest.substr(0, end), letters) + "</text>\n";
      y_ += kLineHeight;
      rest.erase(0, end == rest.size() ? end : end + 1);
    }
  }

  void place(const Panel& panel, const DrawnPanel& drawn, double x, double width) {
    const auto letters = static_cast<std::size_t>(width / 8);
    body_ += "<g transform=\"translate(" + svg_number(x) + " " + svg_number(y_) + ")\">\n";
    if (!panel.title.empty()) {
      body_ += "<text font-weight=\"600\" fill=\"" + std::string(theme_.text) + "\" x=\"0\" y=\"18\">" +
               html_text(panel.title, letters) + "</text>\n";
    }
    body_ += "<g transform=\"translate(0 " + svg_number(kPanelHead) + ")\">\n" + drawn.body + "</g>\n</g>\n";
  }

  const Figure& figure_;
  const SvgTheme& theme_;
  std::size_t columns_ = 1;
  double width_ = 0;
  double y_ = 0;
  std::string head_;
  std::string body_;
};

}  // namespace

DrawnPanel draw_panel(const Panel& panel, double width, const SvgTheme& theme) {
  switch (panel.kind) {
    case PanelKind::lines:
    case PanelKind::points:
      return draw_plot(panel, width, theme);
    case PanelKind::cells:
      return draw_cells(panel, width, theme);
    case PanelKind::spans:
      return draw_spans(panel, width, theme);
    case PanelKind::bars:
    case PanelKind::intervals:
    case PanelKind::strips:
      break;
  }
  return draw_rows(panel, width, theme);
}

std::string figure_svg(const Figure& figure, const SvgOptions& options) {
  return Sheet(figure, options).svg();
}

std::string panel_svg(const Panel& panel, std::string_view label, double width) {
  const DrawnPanel drawn = draw_panel(panel, width, svg_theme(Theme::page));
  if (drawn.body.empty()) return "";
  return "<svg class=\"chart\"" + view_box(width, drawn.height) + " aria-label=\"" + html_text(label) + "\">\n" +
         drawn.body + "</svg>\n";
}

}  // namespace perfopt::report
