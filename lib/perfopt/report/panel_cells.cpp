// SPDX-License-Identifier: Apache-2.0
// Heat maps, and rows of spans (flame graphs, timelines).
#include <algorithm>

#include "perfopt/report/escape.hpp"
#include "perfopt/report/function_name.hpp"
#include "perfopt/report/panel_drawing.hpp"

namespace perfopt::report {
namespace {

constexpr double kCellHeight = 24;
constexpr double kLeastCell = 70;
constexpr double kMostCell = 110;
constexpr double kSpanHeight = 18;
constexpr double kSpanLetter = 6.9;  // at 12 px
constexpr std::size_t kLeastText = 3;

double label_width(const Panel& panel, double most) {
  double width = 0;
  for (const FigureRow& row : panel.rows) {
    width = std::max(width, kLetterWidth * static_cast<double>(character_count(printable(row.label, kNameLength))));
  }
  return width == 0 ? 0 : std::min(width + 12, most);
}

std::size_t letters_in(double width) {
  return width < 12 ? 1 : static_cast<std::size_t>((width - 8) / kLetterWidth);
}

void draw_cell(SvgCanvas& canvas, const FigureCell& cell, double x, double y, double width) {
  if (cell.tone != Tone::none) canvas.tile(cell.tone, x + 1, y + 1, width - 2, kCellHeight - 2);
  const std::string sign(tone_sign(cell.tone));
  canvas.text(x + width / 2, y + 16, Anchor::middle,
              printable((sign.empty() ? "" : sign + " ") + cell.text, letters_in(width)));
}

// Colour is told apart by the text as well: of spans too narrow for it, by the tooltip.
void draw_span(SvgCanvas& canvas, const FigureSpan& span, const SvgScale& x, double y, bool is_paler) {
  const double left = x.at(span.from);
  const double width = x.at(span.to) - left;
  // Neighbours of one colour are told apart by its strength.
  canvas.markup(std::string(is_paler ? "<g opacity=\"0.88\">" : "<g>") + "<title>" + html_text(span.label()) +
                "</title>");
  canvas.box(span.style, left, y, std::max(width - 0.6, 0.4), kSpanHeight - 1);
  canvas.markup("</g>\n");
  const auto letters = static_cast<std::size_t>(std::max(0.0, width - 6) / kSpanLetter);
  if (letters < kLeastText) return;
  const std::string text = short_label(span.sign, span.name, span.suffix, letters);
  if (text.empty()) return;
  const std::string color =
      canvas.theme().is_page ? " class=\"onspan\"" : " fill=\"" + std::string(canvas.theme().back) + "\"";
  canvas.markup("<text font-size=\"12\"" + color + " x=\"" + svg_number(left + 3) + "\" y=\"" + svg_number(y + 13) +
                "\">" + html_text(text) + "</text>\n");
}

}  // namespace

// Columns are wide enough for "▲ 0.123x"; what does not fit into the width stands below.
DrawnPanel draw_cells(const Panel& panel, double width, const SvgTheme& theme) {
  if (panel.rows.empty() || panel.columns.empty()) return {};
  SvgCanvas canvas(theme);
  const double left = std::max(label_width(panel, width * 0.35), 90.0);
  const auto most = static_cast<std::size_t>(std::max(1.0, (width - left) / kLeastCell));
  const std::size_t blocks = (panel.columns.size() + most - 1) / most;
  const std::size_t columns = (panel.columns.size() + blocks - 1) / blocks;
  const double cell = std::min((width - left) / static_cast<double>(columns), kMostCell);
  double y = 4;
  for (std::size_t first = 0; first < panel.columns.size(); first += columns) {
    const std::size_t last = std::min(first + columns, panel.columns.size());
    const auto x_of = [&](std::size_t column) { return left + cell * static_cast<double>(column - first); };
    for (std::size_t i = first; i < last; ++i) {
      canvas.text(x_of(i) + cell / 2, y + 14, Anchor::middle, printable(panel.columns[i], letters_in(cell + 6)));
    }
    y += 20;
    for (const FigureRow& row : panel.rows) {
      canvas.text(left - 8, y + 16, Anchor::end, printable(row.label, letters_in(left)));
      for (std::size_t i = first; i < std::min(last, row.cells.size()); ++i) {
        draw_cell(canvas, row.cells[i], x_of(i), y, cell);
      }
      y += kCellHeight;
    }
    y += 6;
  }
  return {canvas.body(), y};
}

DrawnPanel draw_spans(const Panel& panel, double width, const SvgTheme& theme) {
  if (panel.rows.empty() || !panel.x_range || (*panel.x_range)[1] <= (*panel.x_range)[0]) return {};
  SvgCanvas canvas(theme);
  const double left = label_width(panel, width * 0.3);
  const SvgScale x{(*panel.x_range)[0], (*panel.x_range)[1], left + 2, width - 4, false};
  const bool has_axis = !panel.x.title.empty();
  const double bottom = 4 + kSpanHeight * static_cast<double>(panel.rows.size());
  if (has_axis) draw_x_axis(canvas, panel.x, x, 4, bottom);
  double y = 4;
  for (const FigureRow& row : panel.rows) {
    if (left > 0) canvas.text(left - 6, y + 13, Anchor::end, printable(row.label, letters_in(left)));
    for (std::size_t i = 0; i < row.spans.size(); ++i) draw_span(canvas, row.spans[i], x, y, i % 2 == 1);
    y += kSpanHeight;
  }
  return {canvas.body(), bottom + (has_axis ? 44 : 6)};
}

}  // namespace perfopt::report
