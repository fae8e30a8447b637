// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/panel_text.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "perfopt/report/character_canvas.hpp"
#include "perfopt/report/escape.hpp"
#include "perfopt/report/function_name.hpp"
#include "perfopt/report/text_layout.hpp"

namespace perfopt::report {
namespace {

constexpr std::size_t kMostLabel = 44;
constexpr std::size_t kMostText = 24;
constexpr std::size_t kCellsLabel = 24;
constexpr std::size_t kCellWidth = 11;

Ink ink_of(Tone tone) {
  const std::string_view sign = tone_sign(tone);
  if (sign == "▲") return Ink::good;
  return sign == "▼" || sign == "✕" ? Ink::bad : Ink::plain;
}

std::string repeated(std::string_view character, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += character;
  return out;
}

// A bar of `cells` with eighths of a block at its end.
std::string bar(double cells) {
  constexpr std::array<std::string_view, 8> kParts{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const auto eighths = static_cast<std::size_t>(std::llround(std::max(0.0, cells) * 8));
  const std::string text = repeated("█", eighths / 8) + std::string(kParts[eighths % 8]);
  return text.empty() ? "▏" : text;
}

class RowsText {
 public:
  RowsText(const Panel& panel, const FigureTextOptions& options) : panel_(panel), options_(options) {}

  std::string text() {
    if (!measure()) return "";
    std::string out;
    for (const FigureRow& row : panel_.rows) {
      out += left(printable(row.label, label_), label_) + " " + padded(drawing(row), width_of(row)) + " " +
             painted(printable(row.text, text_), ink_of(row.tone), options_.color) + "\n";
    }
    return out + axis();
  }

 private:
  bool measure() {
    SvgRange range(panel_.x.is_log);
    for (const FigureRow& row : panel_.rows) {
      if (!range.takes(row.value)) continue;
      for (const double value : {row.value, row.low, row.high}) range.include(value);
      label_ = std::max(label_, std::min(character_count(printable(row.label)), kMostLabel));
      text_ = std::max(text_, std::min(character_count(printable(row.text)), kMostText));
    }
    if (range.is_empty()) return false;
    if (panel_.reference) range.include(*panel_.reference);
    range.widen();
    if (panel_.x_range) {
      range.low = (*panel_.x_range)[0];
      range.high = (*panel_.x_range)[1];
    }
    label_ = std::min(label_, std::size_t{options_.width} * 2 / 5);
    text_ = std::min(text_, std::size_t{options_.width} / 4);
    cells_ = options_.width - label_ - text_ - 2;
    scale_ = {range.low, range.high, 0, static_cast<double>(cells_), range.is_log};
    return true;
  }

  // What drawing() returns, in characters.
  [[nodiscard]] std::size_t width_of(const FigureRow& row) const {
    return panel_.kind == PanelKind::bars ? character_count(bar_of(row)) : cells_;
  }
  [[nodiscard]] std::string padded(const std::string& text, std::size_t width) const {
    return text + std::string(cells_ - std::min(width, cells_), ' ');
  }

  [[nodiscard]] std::string drawing(const FigureRow& row) const {
    if (panel_.kind == PanelKind::intervals) return interval(row);
    if (panel_.kind == PanelKind::strips) return strip(row);
    return in_series_color(bar_of(row), row.style, options_.color);
  }

  [[nodiscard]] std::string bar_of(const FigureRow& row) const {
    return scale_.can_place(row.value) ? bar(std::clamp(scale_.at(row.value), 0.0, scale_.to)) : "";
  }

  [[nodiscard]] std::size_t cell_of(double value) const {
    const double place = std::clamp(scale_.at(value), 0.0, static_cast<double>(cells_ - 1));
    return static_cast<std::size_t>(place);
  }

  [[nodiscard]] std::string interval(const FigureRow& row) const {
    std::vector<std::string_view> cells(cells_, " ");
    if (panel_.margin) {
      for (const double edge : *panel_.margin) cells[cell_of(edge)] = ":";
    }
    if (panel_.reference) cells[cell_of(*panel_.reference)] = "┊";
    if (!scale_.can_place(row.value)) return joined(cells);
    if (scale_.can_place(row.low) && scale_.can_place(row.high)) {
      for (std::size_t i = cell_of(row.low); i <= cell_of(row.high); ++i) cells[i] = "─";
      cells[cell_of(row.low)] = row.low < scale_.low ? "<" : "├";
      cells[cell_of(row.high)] = row.high > scale_.high ? ">" : "┤";
    }
    cells[cell_of(row.value)] = marker_character(row.marker.value_or(0));
    return in_series_color(joined(cells), row.style, options_.color);
  }

  // The bins in so many cells as there are, the highest of them full.
  [[nodiscard]] std::string strip(const FigureRow& row) const {
    constexpr std::array<std::string_view, 9> kHeights{" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    std::vector<std::uint64_t> counts(cells_, 0);
    for (std::size_t i = 0; i < row.bins.size(); ++i) counts[i * cells_ / row.bins.size()] += row.bins[i];
    const std::uint64_t most = std::max<std::uint64_t>(1, *std::ranges::max_element(counts));
    std::vector<std::string_view> cells;
    for (const std::uint64_t count : counts) cells.push_back(kHeights[(count * 8 + most - 1) / most]);
    return in_series_color(joined(cells), row.style, options_.color);
  }

  static std::string joined(const std::vector<std::string_view>& cells) {
    std::string out;
    for (const std::string_view cell : cells) out += cell;
    return out;
  }

  [[nodiscard]] std::string axis() const {
    std::string labels(cells_, ' ');
    std::size_t free = 0;
    const std::size_t most = std::max<std::size_t>(cells_ / 12, 2);
    for (const double tick : axis_ticks(panel_.x, scale_.low, scale_.high, most)) {
      const std::string text = tick_text(panel_.x.quantity, tick);
      const std::size_t middle = cell_of(tick);
      const std::size_t start = middle - std::min(middle, text.size() / 2);
      if (start < free || start + text.size() > cells_) continue;
      labels.replace(start, text.size(), text);
      free = start + text.size() + 1;
    }
    labels.erase(labels.find_last_not_of(' ') + 1);
    return std::string(label_ + 1, ' ') + labels + "\n" + std::string(label_ + 1, ' ') +
           printable(panel_.x.title, options_.width - label_ - 1) + "\n";
  }

  const Panel& panel_;
  const FigureTextOptions& options_;
  std::size_t label_ = 0;
  std::size_t text_ = 0;
  std::size_t cells_ = 0;
  SvgScale scale_{};
};

// The columns from `first` on, as many as there are up to `last`.
std::string cells_part(const Panel& panel, std::size_t first, std::size_t last, const FigureTextOptions& options) {
  std::vector<TextTable::Column> columns{{"strategy", false, kCellsLabel}};
  for (std::size_t i = first; i < last; ++i) columns.push_back({printable(panel.columns[i], kCellWidth)});
  TextTable table(std::move(columns));
  for (const FigureRow& row : panel.rows) {
    std::vector<std::string> cells{printable(row.label, kNameLength)};
    for (std::size_t i = first; i < std::min(last, row.cells.size()); ++i) {
      const std::string sign(tone_sign(row.cells[i].tone));
      cells.push_back((sign.empty() ? "" : sign + " ") + printable(row.cells[i].text, kCellWidth - 2));
    }
    table.add(std::move(cells));
  }
  return table.text("  ", options.width, options.color);
}

std::string cells_text(const Panel& panel, const FigureTextOptions& options) {
  std::size_t label = 8;
  for (const FigureRow& row : panel.rows) label = std::max(label, character_count(printable(row.label, kCellsLabel)));
  const std::size_t room = options.width - std::min<std::size_t>(options.width, label + 2);
  const std::size_t fitting = std::max<std::size_t>(1, room / (kCellWidth + 2));
  std::string out;
  for (std::size_t first = 0; first < panel.columns.size(); first += fitting) {
    out += cells_part(panel, first, std::min(first + fitting, panel.columns.size()), options);
  }
  return out;
}

// Boxes with their names in them, as wide as their share; the first of each row starts where it does in the picture.
std::string spans_text(const Panel& panel, const FigureTextOptions& options) {
  if (!panel.x_range || (*panel.x_range)[1] <= (*panel.x_range)[0]) return "";
  std::size_t label = 0;
  for (const FigureRow& row : panel.rows) label = std::max(label, std::min(row.label.size(), std::size_t{16}));
  const std::size_t cells = options.width - (label == 0 ? 0 : label + 1);
  const SvgScale scale{(*panel.x_range)[0], (*panel.x_range)[1], 0, static_cast<double>(cells), false};
  std::string out;
  for (const FigureRow& row : panel.rows) {
    std::string line = label == 0 ? "" : left(printable(row.label, label), label) + " ";
    std::size_t at = 0;
    for (const FigureSpan& span : row.spans) {
      const auto from = static_cast<std::size_t>(std::clamp(std::round(scale.at(span.from)), 0.0, scale.to));
      const auto to = static_cast<std::size_t>(std::clamp(std::round(scale.at(span.to)), 0.0, scale.to));
      if (from < at || to <= from) continue;
      const std::size_t letters = to - from - 1;
      const std::string text = left(short_label(span.sign, span.name, span.suffix, letters), letters);
      line += std::string(from - at, ' ') + in_series_color("▏" + text, span.style, options.color);
      at = to;
    }
    out += line + "\n";
  }
  return out;
}

}  // namespace

std::string_view marker_character(unsigned style) {
  constexpr std::array<std::string_view, kStyles> kMarkers{"●", "■", "▲", "◆", "▼", "+", "x", "*"};
  return kMarkers[style % kStyles];
}

std::string rows_text(const Panel& panel, const FigureTextOptions& options) {
  if (panel.kind == PanelKind::cells) return cells_text(panel, options);
  if (panel.kind == PanelKind::spans) return spans_text(panel, options);
  return RowsText(panel, options).text();
}

}  // namespace perfopt::report
