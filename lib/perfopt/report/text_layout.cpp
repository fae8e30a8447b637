// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/text_layout.hpp"

#include <algorithm>
#include <utility>

#include "perfopt/report/escape.hpp"

namespace perfopt::report {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kLeastCut = 8;       // a name column keeps at least this many characters
constexpr std::size_t kMostTogether = 30;  // longer asides are broken like any text

// The first `count` characters of valid UTF-8.
std::string_view first_characters(std::string_view text, std::size_t count) {
  std::size_t end = 0;
  for (; end < text.size(); ++end) {
    const bool starts = (static_cast<unsigned char>(text[end]) & 0xC0U) != 0x80U;
    if (starts && count-- == 0) break;
  }
  return text.substr(0, end);
}

// The first word with the parentheses that follow it, unless they make it longer than `most` characters.
std::string_view first_unit(std::string_view text, std::size_t most) {
  std::string_view unit = text.substr(0, text.find(' '));
  const std::string_view after = text.substr(unit.size(), 4 * most);  // bytes, of which a character has at most 4
  if (!after.starts_with(" (") || after.find(')') == std::string_view::npos) return unit;
  const std::size_t end = text.find(' ', unit.size() + after.find(')'));
  const std::string_view both = text.substr(0, end);
  return character_count(both) <= most ? both : unit;
}

std::string cut(std::string_view text, std::size_t width) {
  if (character_count(text) <= width) return std::string(text);
  return width == 0 ? "" : std::string(first_characters(text, width - 1)) + "~";
}

}  // namespace

std::string painted(std::string text, Ink ink, bool color) {
  if (!color || ink == Ink::plain) return text;
  constexpr const char* kCodes[] = {"0", "1", "32", "31", "33", "2"};
  return std::string("\x1b[") + kCodes[static_cast<std::size_t>(ink)] + "m" + std::move(text) + "\x1b[0m";
}

std::string wrapped(std::string_view text, std::string_view first, std::size_t width) {
  const std::size_t indent = character_count(first);
  const std::size_t room = width > indent + 10 ? width - indent : 10;
  std::string out(first);
  std::size_t used = 0;
  while (!text.empty()) {
    std::string_view word = first_unit(text, std::min(room, kMostTogether));
    if (character_count(word) > room) word = first_characters(word, room);
    const std::size_t length = character_count(word);
    if (used > 0 && used + 1 + length > room) {
      out += "\n" + std::string(indent, ' ');
      used = 0;
    }
    if (used > 0 && length > 0) out += ' ';
    used += length + (used > 0 && length > 0 ? 1 : 0);
    out += word;
    text.remove_prefix(word.size());
    if (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  }
  return out + "\n";
}

std::string left(std::string_view text, std::size_t width) {
  std::string cell = cut(text, width);
  return cell + std::string(width - std::min(width, character_count(cell)), ' ');
}

std::string right(std::string_view text, std::size_t width) {
  std::string cell = cut(text, width);
  return std::string(width - std::min(width, character_count(cell)), ' ') + cell;
}

void TextTable::add(std::vector<std::string> cells, Ink ink) {
  cells.resize(columns_.size());
  rows_.push_back({std::move(cells), ink});
}

std::vector<std::size_t> TextTable::widths(std::size_t width) const {
  std::vector<std::size_t> columns(columns_.size(), 0);
  for (const Row& row : rows_) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      columns[i] = std::max(columns[i], std::min(character_count(row.cells[i]), columns_[i].most));
    }
  }
  std::size_t total = 0;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i] > 0) columns[i] = std::max(columns[i], character_count(columns_[i].head));
    if (columns[i] > 0) total += columns[i] + kGap;
  }
  for (std::size_t i = 0; i < columns.size() && total > width + kGap; ++i) {
    if (columns_[i].to_right || columns[i] <= kLeastCut) continue;
    const std::size_t gives = std::min(columns[i] - kLeastCut, total - width - kGap);
    columns[i] -= gives;
    total -= gives;
  }
  return columns;
}

std::string TextTable::line(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths) const {
  std::string out;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (widths[i] == 0) continue;
    if (!out.empty()) out += std::string(kGap, ' ');
    out += columns_[i].to_right ? right(cells[i], widths[i]) : left(cells[i], widths[i]);
  }
  out.erase(out.find_last_not_of(' ') + 1);
  return out;
}

std::string TextTable::text(std::string_view indent, std::size_t width, bool color) const {
  if (rows_.empty()) return "";
  const std::vector<std::size_t> sizes = widths(width > indent.size() ? width - indent.size() : 0);
  std::vector<std::string> heads;
  for (const Column& column : columns_) heads.push_back(column.head);
  std::string out = std::string(indent) + painted(line(heads, sizes), Ink::faint, color) + "\n";
  for (const Row& row : rows_) out += std::string(indent) + painted(line(row.cells, sizes), row.ink, color) + "\n";
  return out;
}

}  // namespace perfopt::report
