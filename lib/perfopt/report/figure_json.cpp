// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/figure_forms.hpp"
#include "perfopt/report/island.hpp"

namespace perfopt::report {
namespace {

std::string cell_json(const TableCell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) return island_text(*text);
  if (const auto* whole = std::get_if<std::uint64_t>(&cell)) return std::to_string(*whole);
  const auto* number = std::get_if<double>(&cell);
  return number == nullptr ? "null" : island_number(*number);
}

std::string column_json(const FigureColumn& column) {
  IslandObject object;
  object.add_text("name", column.title).add_text("unit", quantity_unit(column.quantity));
  return object.json();
}

std::string axis_json(const FigureAxis& axis) {
  IslandObject object;
  object.add_text("label", axis.title).add_text("unit", quantity_unit(axis.quantity));
  return object.add("log", axis.is_log ? "true" : "false").json();
}

std::string point_json(const FigurePoint& point) {
  IslandObject object;
  object.add_number("x", point.x).add_number("y", point.y).add_number("low", point.low).add_number("high", point.high);
  return object.json();
}

std::string series_json(const FigureSeries& series) {
  IslandObject object;
  return object.add_text("label", series.label).add("points", island_list(series.points, point_json)).json();
}

std::string mark_json(const FigureMark& mark) {
  IslandObject object;
  return object.add_number("x", mark.x).add_text("label", mark.label).json();
}

std::string span_json(const FigureSpan& span) {
  IslandObject object;
  return object.add_number("from", span.from).add_number("to", span.to).add_text("label", span.label()).json();
}

std::string row_json(const FigureRow& row) {
  IslandObject object;
  object.add_text("label", row.label).add_number("value", row.value).add_number("low", row.low);
  object.add_number("high", row.high).add_number("bound", row.bound);
  if (!row.bins.empty()) object.add("bins", island_list(row.bins, [](auto n) { return std::to_string(n); }));
  if (!row.cells.empty()) {
    object.add("cells", island_list(row.cells, [](const FigureCell& cell) { return island_text(cell.text); }));
  }
  if (!row.spans.empty()) object.add("spans", island_list(row.spans, span_json));
  return object.json();
}

std::string_view kind_name(PanelKind kind) {
  constexpr std::array<std::string_view, 7> kNames{"lines", "points", "bars", "intervals", "strips", "cells", "spans"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::string panel_json(const Panel& panel) {
  IslandObject object;
  object.add_text("kind", kind_name(panel.kind)).add_text("title", panel.title).add("x", axis_json(panel.x));
  if (panel.x_range) object.add("x_range", island_numbers(*panel.x_range));
  if (panel.reference) object.add_number("reference", *panel.reference);
  if (has_rows(panel.kind)) {
    if (!panel.columns.empty()) object.add("columns", island_list(panel.columns, island_text));
    return object.add("rows", island_list(panel.rows, row_json)).json();
  }
  object.add("y", axis_json(panel.y)).add("series", island_list(panel.series, series_json));
  return object.add("marks", island_list(panel.marks, mark_json)).json();
}

}  // namespace

std::string figure_json(const Figure& figure) {
  IslandObject object;
  object.add_text("chart", figure.name).add_text("title", figure.title).add_text("description", figure.description);
  object.add("columns", "\n" + island_list(figure.table.columns, column_json));
  const auto row = [](const std::vector<TableCell>& cells) { return "\n" + island_list(cells, cell_json); };
  object.add("rows", "\n" + island_list(figure.table.rows, row));
  const auto panel = [](const Panel& shown) { return "\n" + panel_json(shown); };
  return object.add("panels", "\n" + island_list(figure.panels, panel)).json() + "\n";
}

}  // namespace perfopt::report
