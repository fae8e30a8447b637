// SPDX-License-Identifier: Apache-2.0
// Every figure of every strategy at every size. A column that would be empty or zero in all rows is left out and
// named below the table.
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
  CellText text;  // HTML; "" when there is nothing to show
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

std::string speedup_cell(const Case&, const Variant& variant) {
  if (variant.summary.verdict == model::Verdict::baseline) return "baseline";
  const std::string text = speedup_text(variant);
  if (text.empty()) return "";
  switch (variant.summary.verdict) {
    case model::Verdict::wins:
      return "<span class=\"wins\">▲ " + text + "</span>";
    case model::Verdict::loses:
      return "<span class=\"loses\">▼ " + text + "</span>";
    default:
      return "≈ " + text;
  }
}

std::string limit_cell(const Case&, const Variant& variant) {
  const std::string share = limit_share_text(variant);
  return share.empty() || !variant.limit ? share : share + " " + html_text(limit_name(*variant.limit), 24);
}

// The raw rounds as ticks between -25 % and +25 % of the median; what lies outside stands at the edge.
std::string strip_cell(const Case&, const Variant& variant) {
  constexpr double kWidth = 120;
  constexpr double kReach = 0.25;
  constexpr std::size_t kMost = 400;
  std::string path;
  double least = std::numeric_limits<double>::infinity();
  double most = 0;
  const std::vector<double>& rounds = variant.rounds.wall_ns;
  for (std::size_t i = 0; i < rounds.size(); ++i) {
    if (!std::isfinite(rounds[i])) continue;
    least = std::min(least, rounds[i]);
    most = std::max(most, rounds[i]);
    if (i >= kMost) continue;
    const double offset = std::clamp(rounds[i] / variant.summary.wall_ns - 1, -kReach, kReach);
    path += "M" + svg_number(kWidth / 2 + offset / kReach * (kWidth / 2 - 2)) + " 3v10";
  }
  if (path.empty()) return "";
  return "<svg class=\"strip\" viewBox=\"0 0 120 16\" role=\"img\" aria-label=\"from " + format_duration_ns(least) +
         " to " + format_duration_ns(most) +
         "\"><line class=\"grid\" x1=\"60\" y1=\"0\" x2=\"60\" y2=\"16\" stroke=\"#D8DEE4\"/><path class=\"s1\" "
         "stroke=\"#0072B2\" stroke-opacity=\"0.7\" stroke-width=\"1.5\" d=\"" +
         path + "\"/></svg>";
}

const std::array<Column, 21> kColumns{{
    {"time", [](const Case&, const Variant& v) { return format_duration_ns(v.summary.wall_ns); }},
    {"quartiles",
     [](const Case&, const Variant& v) {
       return format_duration_ns(v.summary.wall_low_ns) + " to " + format_duration_ns(v.summary.wall_high_ns);
     }},
    {"speed-up", speedup_cell},
    {"95 % interval", [](const Case&, const Variant& v) { return interval_text(v); }},
    {"spread", [](const Case&, const Variant& v) { return format_percent(v.summary.spread); }},
    {"rounds, ±25 %", strip_cell},
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
}};

template <class Visit>
void for_each_measured(const ProblemView& problem, Visit visit) {
  for (const Case* item : problem.cases) {
    for (const Variant& variant : item->variants) {
      if (is_measured(variant)) visit(*item, variant);
    }
  }
}

bool says_something(const std::string& text) {
  return !text.empty() && text != "0" && text != "0 B" && text != "-";
}

std::string row(const Case& item, const Variant& variant, const std::vector<const Column*>& shown) {
  const bool best = variant.name == item.best.variant;
  std::string out = "<tr" + std::string(best ? " class=\"best\"" : "") + "><th scope=\"row\">" +
                    html_name(variant.name) + (best ? "<span class=\"tag\">best</span>" : "") +
                    (variant.weaker.empty() ? "" : "<span class=\"tag warn\">weaker</span>") + "</th>";
  if (!is_measured(variant)) {
    const bool failed = variant.status == model::Status::failed;
    return out + "<td class=\"words " + (failed ? "failed" : "muted") + "\" colspan=\"" + std::to_string(shown.size()) +
           "\">" +
           (failed                                     ? "✕ failed: "
            : variant.status == model::Status::skipped ? "skipped: "
                                                       : "not measured ") +
           html_text(variant.reason) + "</td></tr>\n";
  }
  for (const Column* column : shown) {
    const std::string text = column->text(item, variant);
    out += "<td>" + (text.empty() ? "-" : text) + "</td>";
  }
  return out + "</tr>\n";
}

std::string size_heading(const ProblemView& problem, const Case& item, std::size_t columns) {
  std::string text = format_count(item.size) + " " + html_text(unit_of(problem), 24);
  if (!item.size_class.empty()) text += " · " + html_text(item.size_class, kNameLength);
  const std::size_t rounds = item.variants.empty() ? 0 : item.variants.front().rounds.wall_ns.size();
  if (rounds > 0)
    text += " · " + format_count(rounds) + " rounds of " + format_count(item.instances) +
            (item.instances == 1 ? " run" : " runs");
  if (item.status != model::Status::ok) {
    text += item.status == model::Status::failed ? " · ✕ failed: " : " · skipped: ";
    text += html_text(item.reason);
  }
  return "<tr class=\"group\"><th scope=\"rowgroup\" colspan=\"" + std::to_string(columns + 1) + "\">" + text +
         "</th></tr>\n";
}

}  // namespace

std::string page_table(const ProblemView& problem) {
  std::vector<const Column*> shown;
  std::string silent;
  for (const Column& column : kColumns) {
    bool useful = false;
    for_each_measured(problem, [&](const Case& item, const Variant& variant) {
      useful = useful || says_something(column.text(item, variant));
    });
    if (useful) shown.push_back(&column);
    if (!useful) silent += (silent.empty() ? "" : ", ") + std::string(column.title);
  }
  std::string out = "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"All results of " +
                    html_text(problem.id, kNameLength) +
                    "\"><table><caption>All strategies at all sizes; counts are per run</caption>\n";
  if (!shown.empty()) {
    out += "<thead><tr><th class=\"words\" scope=\"col\">strategy</th>";
    for (const Column* column : shown) out += "<th scope=\"col\">" + std::string(column->title) + "</th>";
    out += "</tr></thead>\n";
  }
  for (const Case* item : problem.cases) {
    out += "<tbody>\n" + size_heading(problem, *item, std::max<std::size_t>(shown.size(), 1));
    for (const Variant& variant : item->variants) out += row(*item, variant, shown);
    out += "</tbody>\n";
  }
  out += "</table></div>\n";
  const bool any = !shown.empty();
  if (any && !silent.empty()) out += "<p class=\"muted\">Zero or not measured in all rows: " + silent + ".</p>\n";
  return out;
}

}  // namespace perfopt::report
