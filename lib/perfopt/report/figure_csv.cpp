// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/csv_row.hpp"
#include "perfopt/report/figure_forms.hpp"

namespace perfopt::report {
namespace {

void write(CsvRow& row, const TableCell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) {
    row.text(*text);
  } else if (const auto* whole = std::get_if<std::uint64_t>(&cell)) {
    row.figure(*whole);
  } else {
    const auto* number = std::get_if<double>(&cell);
    row.figure(number == nullptr ? kNoValue : *number);
  }
}

}  // namespace

std::string figure_csv(const Figure& figure) {
  CsvRow head;
  for (const FigureColumn& column : figure.table.columns) {
    const std::string_view unit = quantity_unit(column.quantity);
    head.text(unit.empty() ? column.title : column.title + " [" + std::string(unit) + "]");
  }
  std::string out = std::move(head).line();
  for (const std::vector<TableCell>& cells : figure.table.rows) {
    CsvRow row;
    for (const TableCell& cell : cells) write(row, cell);
    out += std::move(row).line();
  }
  return out;
}

}  // namespace perfopt::report
