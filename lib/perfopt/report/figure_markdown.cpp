// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/escape.hpp"
#include "perfopt/report/figure_forms.hpp"

namespace perfopt::report {

std::string figure_markdown(const Figure& figure) {
  std::string out = "### " + markdown_text(figure.title) + "\n\n";
  if (!figure.description.empty()) out += markdown_text(figure.description, 2000) + "\n\n";
  if (figure.table.rows.empty()) return out + "Nothing was measured that can be shown.\n";
  std::string rule = "|";
  out += "|";
  for (const FigureColumn& column : figure.table.columns) {
    out += " " + markdown_text(column.title) + " |";
    rule += column.quantity == Quantity::text ? " --- |" : " ---: |";
  }
  out += "\n" + rule + "\n";
  for (const std::vector<TableCell>& cells : figure.table.rows) {
    out += "|";
    for (std::size_t i = 0; i < cells.size(); ++i) {
      out += " " + markdown_text(cell_text(figure.table.columns[i], cells[i])) + " |";
    }
    out += "\n";
  }
  return out;
}

}  // namespace perfopt::report
