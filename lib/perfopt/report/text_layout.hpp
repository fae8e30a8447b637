// SPDX-License-Identifier: Apache-2.0
// Lines for a terminal: wrapping, columns and colour. Width is counted in characters.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace perfopt::report {

// Meaning, not colour: what a style says must stand in the words as well.
enum class Ink : unsigned char { plain, strong, good, bad, doubtful, faint };

// `text` with the escape codes of `ink`, or unchanged when `color` is false.
[[nodiscard]] std::string painted(std::string text, Ink ink, bool color);

// Breaks at spaces into lines of at most `width` characters; a longer word is cut, and "4,000,000 (27.8x)" is kept
// together. The first line starts with `first`, the others with as many spaces. Every line ends in a line feed.
[[nodiscard]] std::string wrapped(std::string_view text, std::string_view first, std::size_t width);

// Filled with spaces up to `width`; cut with a final "~" when longer.
[[nodiscard]] std::string left(std::string_view text, std::size_t width);
[[nodiscard]] std::string right(std::string_view text, std::size_t width);

// Rows of cells, aligned. Columns are two spaces apart; a column whose cells are all empty is left out.
class TextTable {
 public:
  struct Column {
    std::string head;
    bool to_right = true;
    std::size_t most = 24;  // characters; longer cells are cut
  };
  explicit TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}
  void add(std::vector<std::string> cells, Ink ink = Ink::plain);
  // Each line starts with `indent`. Columns marked to_right == false give way until a line fits into `width`.
  [[nodiscard]] std::string text(std::string_view indent, std::size_t width, bool color) const;

 private:
  struct Row {
    std::vector<std::string> cells;
    Ink ink;
  };
  [[nodiscard]] std::vector<std::size_t> widths(std::size_t width) const;
  [[nodiscard]] std::string line(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths) const;

  std::vector<Column> columns_;
  std::vector<Row> rows_;
};

}  // namespace perfopt::report
