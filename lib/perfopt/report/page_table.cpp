// SPDX-License-Identifier: Apache-2.0
// All figures of every strategy at every size: times and rates, then what a run costs. A column that would be empty or
// zero in all rows is left out and named below. Heads of rows are those that HTML takes for one without being told.
#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <vector>

#include "perfopt/core/units.hpp"
#include "perfopt/report/escape.hpp"
#include "perfopt/report/page_sections.hpp"
#include "perfopt/report/suite_formats.hpp"
#include "perfopt/report/svg_chart.hpp"

namespace perfopt::report {
namespace {

using model::Case;
using model::Variant;

using CellText = std::string (*)(const Case&, const Variant&);

struct Column {
  const char* title;
  CellText text;          // HTML; "" when there is nothing to show
  bool is_words = false;  // a remark, whose absence tells nothing
};

std::string bytes_text(const std::optional<std::uint64_t>& bytes) {
  return bytes ? format_bytes(static_cast<double>(*bytes)) : "";
}

// A mean count per run.
std::string mean_text(std::optional<double> count) {
  if (!count || !std::isfinite(*count) || *count < 0) return "";
  if (*count == 0) return "0";
  if (*count < 0.1) return "&lt;0.1";
  return *count < 100 ? svg_number(*count)
                      : format_count(static_cast<std::uint64_t>(std::llround(std::min(*count, 9e18))));
}

std::string counter_text(const std::optional<double>& count) {
  return mean_text(count);
}

std::string positive(double value, std::string (*format)(double)) {
  return value > 0 ? format(value) : "";
}

std::string limit_cell(const Case&, const Variant& variant) {
  const std::string share = limit_share_text(variant);
  return share.empty() || !variant.limit ? share : share + " " + html_text(limit_name(*variant.limit), 24);
}

std::string share_cell(const Case&, const Variant& variant) {
  return limit_share_text(variant);
}

const std::array<Column, 18> kColumns{{
    {"time", [](const Case&, const Variant& v) { return format_duration_ns(v.summary.wall_ns); }},
    {"quartiles",
     [](const Case&, const Variant& v) {
       return format_duration_ns(v.summary.wall_low_ns) + " to " + format_duration_ns(v.summary.wall_high_ns);
     }},
    {"of limit", limit_cell},
    {"items/s", [](const Case&, const Variant& v) { return positive(v.summary.items_per_second, format_rate); }},
    {"bytes/s", [](const Case&, const Variant& v) { return positive(v.summary.bytes_per_second, format_byte_rate); }},
    {"CPU time", [](const Case&, const Variant& v) { return positive(v.summary.cpu_ns, format_duration_ns); }},
    {"held memory", [](const Case&, const Variant& v) { return bytes_text(v.resources.held_bytes); }},
    {"peak RSS", [](const Case&, const Variant& v) { return bytes_text(v.resources.peak_rss_bytes); }},
    {"RSS growth", [](const Case&, const Variant& v) { return bytes_text(v.resources.rss_growth_bytes); }},
    {"allocations",
     [](const Case&, const Variant& v) {
       return v.resources.allocations ? format_count(*v.resources.allocations) : "";
     }},
    {"page faults",
     [](const Case& c, const Variant& v) { return mean_text(per_run(v.rounds.page_faults, c.instances)); }},
    {"waits",
     [](const Case& c, const Variant& v) { return mean_text(per_run(v.rounds.voluntary_switches, c.instances)); }},
    {"preemptions",
     [](const Case& c, const Variant& v) { return mean_text(per_run(v.rounds.involuntary_switches, c.instances)); }},
    {"cycles", [](const Case&, const Variant& v) { return counter_text(v.counters.cycles); }},
    {"instructions", [](const Case&, const Variant& v) { return counter_text(v.counters.instructions); }},
    {"cache misses", [](const Case&, const Variant& v) { return counter_text(v.counters.cache_misses); }},
    {"branch misses", [](const Case&, const Variant& v) { return counter_text(v.counters.branch_misses); }},
    {"found out", [](const Case&, const Variant& v) { return html_text(v.note); }, true},
}};

bool says_something(const std::string& text) {
  return !text.empty() && text != "0" && text != "0 B" && text != "-";
}

bool is_useful(const ProblemView& problem, const Column& column) {
  return std::ranges::any_of(problem.cases, [&](const Case* item) {
    return std::ranges::any_of(item->variants, [&](const Variant& variant) {
      return is_measured(variant) && says_something(column.text(*item, variant));
    });
  });
}

std::string row_head(const Case& item, const Variant& variant) {
  const bool best = variant.name == item.best.variant;
  return "<tr" + std::string(best ? " class=\"best\"" : "") + "><th>" + cell_name(variant.name) +
         (best ? " <b>best</b>" : "") + (variant.weaker.empty() ? "" : "<span class=\"tag warn\">weaker</span>") +
         "</th>";
}

std::string measured_row(const Case& item, const Variant& variant, const std::vector<const Column*>& shown) {
  std::string out = row_head(item, variant);
  for (const Column* column : shown) {
    const std::string text = column->text(item, variant);
    out += (column->is_words ? "<td class=\"words remark\">" : "<td>") + (text.empty() ? "-" : text) + "</td>";
  }
  return out + "</tr>\n";
}

std::string excluded_row(const Case& item, const Variant& variant, std::size_t columns) {
  const bool failed = variant.status == model::Status::failed;
  const bool skipped = variant.status == model::Status::skipped;
  return row_head(item, variant) + "<td class=\"words " + (failed ? "failed" : "muted") + "\" colspan=\"" +
         std::to_string(columns) + "\">" +
         (failed    ? "✕ failed: "
          : skipped ? "skipped: "
                    : "not measured ") +
         html_text(variant.reason) + "</td></tr>\n";
}

std::string size_text(const ProblemView& problem, const Case& item) {
  std::string text = format_count(item.size) + " " + html_text(unit_of(problem), 24);
  if (!item.size_class.empty()) text += " · " + html_text(item.size_class, kNameLength);
  const std::size_t rounds = item.variants.empty() ? 0 : item.variants.front().rounds.wall_ns.size();
  if (rounds > 0) {
    text += " · " + format_count(rounds) + " rounds of " + format_count(item.instances);
    text += item.instances == 1 ? " run" : " runs";
  }
  if (item.status == model::Status::ok) return text;
  return text + (item.status == model::Status::failed ? " · ✕ failed: " : " · skipped: ") + html_text(item.reason);
}

std::string group(const ProblemView& problem, const Case& item, const std::vector<const Column*>& shown) {
  std::string rows;
  for (const Variant& variant : item.variants) {
    if (is_measured(variant)) {
      rows += measured_row(item, variant, shown);
    } else if (item.status != model::Status::skipped) {
      rows += excluded_row(item, variant, shown.size());
    }
  }
  return "<tbody>\n<tr class=\"group\"><th scope=\"rowgroup\" colspan=\"" + std::to_string(shown.size() + 1) + "\">" +
         size_text(problem, item) + "</th></tr>\n" + rows + "</tbody>\n";
}

}  // namespace

std::string page_table(const ProblemView& problem) {
  std::array<Column, kColumns.size()> columns = kColumns;
  // A limit that all are held against stands in the head alone.
  const std::vector<std::string> limits = limit_names(problem, false);
  const std::string limit = limits.size() == 1 ? "of " + html_text(limits.front(), 24) : "";
  if (!limit.empty()) *std::ranges::find(columns, &limit_cell, &Column::text) = {limit.c_str(), share_cell};
  std::vector<const Column*> shown;
  std::string silent;
  for (const Column& column : columns) {
    if (is_useful(problem, column)) {
      shown.push_back(&column);
    } else if (!column.is_words) {
      silent += (silent.empty() ? "" : ", ") + std::string(column.title);
    }
  }
  if (shown.empty()) shown.push_back(&columns.front());
  std::string out = "<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"Figures of " +
                    html_text(problem.id, kNameLength) +
                    "\"><table class=\"figures\"><caption>All strategies at all sizes: median time, rates, what a run "
                    "costs</caption>\n<thead><tr><th class=\"words\" scope=\"col\">strategy</th>";
  for (const Column* column : shown) {
    out += std::string(column->is_words ? "<th class=\"words\" scope=\"col\">" : "<th scope=\"col\">") + column->title +
           "</th>";
  }
  out += "</tr></thead>\n";
  for (const Case* item : problem.cases) out += group(problem, *item, shown);
  out += "</table></div>\n";
  return silent.empty() ? out : out + "<p class=\"muted note\">Zero or not measured: " + silent + ".</p>\n";
}

}  // namespace perfopt::report
