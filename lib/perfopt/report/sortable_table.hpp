// SPDX-License-Identifier: Apache-2.0
// A table that reads without script and that the script lets a reader sort and filter (page.hpp).
//
// All text given is HTML already, but where it says plain. Internal to report/.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace perfopt::report {

// <td> that sorts by `value`, not by its text. Empty or not finite: it sorts last, and the column still as numbers.
[[nodiscard]] std::string sorted_cell(const std::string& html, std::optional<double> value, bool is_words = false);

class SortableTable {
 public:
  // `filter`: plain words of what a filter box would filter, "functions"; "": none is worth it.
  SortableTable(std::string caption, std::string_view filter) : caption_(std::move(caption)), filter_(filter) {}

  // Columns of figures, or of words, which stand to the left.
  SortableTable& figures(std::string_view head) { return column(head, false); }
  SortableTable& words(std::string_view head) { return column(head, true); }

  // For a table of many rows: in a box of limited height that scrolls and has this name, plain words.
  SortableTable& boxed(std::string_view label) {
    box_ = label;
    return *this;
  }

  void begin_row() { rows_ += "<tr>"; }
  void end_row() { rows_ += "</tr>\n"; }
  void figure(const std::string& text, std::optional<double> value) { rows_ += sorted_cell(text, value); }
  void text(const std::string& html) { rows_ += "<td class=\"words\">" + html + "</td>"; }
  // What the row is about; `plain` is what it sorts by.
  void row_head(const std::string& html, std::string_view plain);

  [[nodiscard]] bool empty() const { return rows_.empty(); }
  [[nodiscard]] std::string html() const;

 private:
  SortableTable& column(std::string_view head, bool is_words);

  std::string caption_, filter_, box_, heads_, rows_;
};

}  // namespace perfopt::report
