// SPDX-License-Identifier: Apache-2.0
// What several ranks and several hosts tell: scaling with its laws, slow hosts and their differences.
#include <cmath>

#include "perfopt/core/units.hpp"
#include "perfopt/report/escape.hpp"
#include "perfopt/report/page_sections.hpp"
#include "perfopt/report/suite_formats.hpp"
#include "perfopt/report/svg_chart.hpp"

namespace perfopt::report {
namespace {

std::string table(std::string_view caption, std::string_view heads, const std::string& rows) {
  return "<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"" + std::string(caption) +
         "\"><table><caption>" + std::string(caption) + "</caption>\n<thead><tr>" + std::string(heads) +
         "</tr></thead>\n<tbody>\n" + rows + "</tbody></table></div>\n";
}

std::string percent(const model::Interval& share) {
  return format_percent(share.estimate) + " (" + format_percent(share.low) + " to " + format_percent(share.high) + ")";
}

std::string share_or_dash(const std::optional<model::Interval>& share) {
  return share && std::isfinite(share->estimate) ? percent(*share) : "-";
}

std::string scaling_rows(const model::Scaling& scaling) {
  std::string rows;
  for (const model::ScalingPoint& point : scaling.points) {
    rows += "<tr><th scope=\"row\">" + html_name(scaling.category + "/" + scaling.problem) +
            "</th><td class=\"words\">" + (scaling.kind == model::ScalingKind::strong ? "strong" : "weak") +
            "</td><td>" + format_count(scaling.size) + " " + html_text(scaling.unit, 24) + "</td><td>" +
            format_count(point.workers) + "</td><td>" + format_ratio(point.speedup.estimate) + " (" +
            format_ratio(point.speedup.low) + " to " + format_ratio(point.speedup.high) + ")</td><td>" +
            percent(point.efficiency) + "</td><td>" + share_or_dash(scaling.serial_share) + "</td><td>" +
            share_or_dash(scaling.contention) + "</td><td>" + share_or_dash(scaling.coherency) + "</td></tr>\n";
  }
  return rows;
}

std::string host_row(const model::FleetHost& host) {
  return "<tr><th scope=\"row\">" + html_name(host.name) + (host.slow ? "<span class=\"tag warn\">slow</span>" : "") +
         "</th><td>" + format_count(host.rank) + "</td><td>" +
         (host.slowdown && std::isfinite(*host.slowdown) ? format_ratio(*host.slowdown) : "-") + "</td><td>" +
         (host.score && std::isfinite(*host.score) ? svg_number(*host.score) : "-") + "</td><td>" +
         format_count(host.results.size()) + "</td><td class=\"words\">" + html_text(host.environment.cpu_model) +
         "</td><td class=\"words\">" + html_text(host.environment.kernel) + "</td></tr>\n";
}

}  // namespace

std::string page_scaling(const model::Suite& suite, const IdPrefix& prefix) {
  std::string rows;
  for (const model::Scaling& scaling : suite.scalings) rows += scaling_rows(scaling);
  if (rows.empty()) return "";
  return page_section(
      prefix, "scaling", "Scaling over ranks",
      "<p>Strong: the same work on more ranks. Weak: as much work for each rank. The serial share is that of Amdahl's "
      "law (strong) or Gustafson's (weak); contention and coherency are those of the universal scalability law, which "
      "needs three counts of ranks above one. Nothing is said about more ranks than were measured. A speed-up here is "
      "the ratio of two median times, and "
      "that of the heat map is paired round by round: the two may differ a little.</p>\n" +
          table("Speed-up, efficiency and laws, with 95 % intervals",
                "<th class=\"words\" scope=\"col\">problem</th><th class=\"words\" scope=\"col\">scaling</th><th "
                "scope=\"col\">size</th><th scope=\"col\">ranks</th><th scope=\"col\">speed-up</th><th "
                "scope=\"col\">efficiency</th><th scope=\"col\">serial share</th><th scope=\"col\">contention</th><th "
                "scope=\"col\">coherency</th>",
                rows));
}

std::string page_fleet(const model::Suite& suite, const IdPrefix& prefix) {
  if (!suite.fleet) return "";
  std::string rows;
  for (const model::FleetHost& host : suite.fleet->hosts) rows += host_row(host);
  std::string remarks;
  for (const model::FleetHost& host : suite.fleet->hosts) {
    for (const std::string& failure : host.failures) {
      remarks += "<li class=\"failed\">✕ " + html_name(host.name) + " failed: " + html_text(failure) + "</li>\n";
    }
  }
  for (const model::FleetDifference& difference : suite.fleet->differences) {
    remarks += "<li>" + html_text(difference_line(difference)) + "</li>\n";
  }
  return page_section(prefix, "hosts", "Hosts",
                      "<p>" + html_text(suite.fleet->sentence) + "</p>\n" +
                          table("Time of each host against the typical one, over all results that at least three have",
                                "<th class=\"words\" scope=\"col\">host</th><th scope=\"col\">rank</th><th "
                                "scope=\"col\">time</th><th scope=\"col\">score</th><th scope=\"col\">results</th><th "
                                "class=\"words\" scope=\"col\">CPU</th><th class=\"words\" scope=\"col\">kernel</th>",
                                rows) +
                          (remarks.empty() ? "" : "<ul>\n" + remarks + "</ul>\n"));
}

}  // namespace perfopt::report
