// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/sortable_table.hpp"

#include <cmath>

#include "perfopt/report/escape.hpp"
#include "perfopt/report/island.hpp"

namespace perfopt::report {

std::string sorted_cell(const std::string& html, std::optional<double> value, bool is_words) {
  const std::string key = value && std::isfinite(*value) ? island_number(*value) : "";
  return "<td" + std::string(is_words ? " class=\"words\"" : "") + " data-v=\"" + key + "\">" + html + "</td>";
}

SortableTable& SortableTable::column(std::string_view head, bool is_words) {
  heads_ += "<th scope=\"col\"" + std::string(is_words ? " class=\"words\"" : "") + ">" + std::string(head) + "</th>";
  return *this;
}

void SortableTable::row_head(const std::string& html, std::string_view plain) {
  rows_ += "<th scope=\"row\" class=\"words\" data-v=\"" + html_text(plain, kNameLength) + "\">" + html + "</th>";
}

std::string SortableTable::html() const {
  const std::string filter = filter_.empty() ? "" : " data-filter=\"" + html_text(filter_) + "\"";
  const std::string box = box_.empty() ? "" : " role=\"group\" tabindex=\"0\" aria-label=\"" + html_text(box_) + "\"";
  return "<div class=\"scroll" + std::string(box_.empty() ? "" : " tall") + "\"" + box + filter +
         ">\n<table data-sortable=\"\">\n<caption>" + caption_ + "</caption>\n<thead><tr>" + heads_ +
         "</tr></thead>\n<tbody>\n" + rows_ + "</tbody>\n</table>\n</div>\n";
}

}  // namespace perfopt::report
