// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "perfopt/report/escape.hpp"
#include "perfopt/report/figure_forms.hpp"
#include "perfopt/report/island.hpp"
#include "perfopt/report/page.hpp"

namespace perfopt::report {
namespace {

std::string cell_html(const FigureColumn& column, const TableCell& cell, bool is_first) {
  const std::string text = html_text(cell_text(column, cell));
  if (is_first) return "<th scope=\"row\"><bdi>" + text + "</bdi></th>";
  if (std::holds_alternative<std::string>(cell)) return "<td class=\"words\"><bdi>" + text + "</bdi></td>";
  if (std::holds_alternative<std::monostate>(cell)) return "<td></td>";
  const auto* whole = std::get_if<std::uint64_t>(&cell);
  const std::string value = whole == nullptr ? island_number(std::get<double>(cell)) : std::to_string(*whole);
  return (value == "null" ? "<td>" : "<td data-v=\"" + value + "\">") + text + "</td>";
}

std::string body_of(const Figure& figure) {
  std::string drawn;
  for (const Panel& panel : figure.panels) {
    const std::string svg =
        panel_svg(panel, panel.title.empty() ? figure.title : panel.title, panel.kind == PanelKind::spans ? 1000 : 640);
    if (svg.empty()) continue;
    drawn += "<figure>\n" + svg + "<figcaption><bdi>" + html_text(panel.title, kNameLength) + "</bdi> " +
             html_text(panel.caption) + "</figcaption></figure>\n";
  }
  if (drawn.empty()) drawn = "<p>Nothing was measured that can be drawn.</p>\n";
  return "<div class=\"charts wide-charts\">\n" + drawn + "</div>\n" +
         page_section("", "figures", "Figures", table_html(figure.table, figure.title));
}

}  // namespace

std::string table_html(const FigureTable& table, std::string_view caption) {
  if (table.rows.empty()) return "<p>No figures.</p>\n";
  std::string out = "<div class=\"scroll\" role=\"group\" tabindex=\"0\" data-filter=\"figures\" aria-label=\"" +
                    html_text(caption, kNameLength) + "\"><table data-sortable=\"\"><caption>" + html_text(caption) +
                    "</caption>\n<thead><tr>";
  for (const FigureColumn& column : table.columns) {
    out += (column.quantity == Quantity::text ? "<th class=\"words\" scope=\"col\">" : "<th scope=\"col\">") +
           html_text(column.title) + "</th>";
  }
  out += "</tr></thead>\n<tbody>\n";
  for (const std::vector<TableCell>& cells : table.rows) {
    out += "<tr>";
    for (std::size_t i = 0; i < cells.size(); ++i) out += cell_html(table.columns[i], cells[i], i == 0);
    out += "</tr>\n";
  }
  return out + "</tbody></table></div>\n";
}

std::string figure_page(const Figure& figure) {
  Article article;
  article.title = figure.title;
  article.kind = "chart";
  article.heading = html_text(figure.title);
  article.origin = html_text(figure.description, 2000);
  article.links = {{"figures", "Figures"}};
  article.body = body_of(figure);
  return page_of(std::array{article});
}

}  // namespace perfopt::report
