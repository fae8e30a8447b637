// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "perfopt/core/units.hpp"
#include "perfopt/report/escape.hpp"
#include "perfopt/report/page_sections.hpp"
#include "perfopt/report/suite_formats.hpp"

namespace perfopt::report {
namespace {

using model::Verdict;

// Colour classes by the size of the effect; the sign beside the figure tells win from loss without them.
std::string shade(const model::Variant& variant) {
  const double ratio = speedup_of(variant)->estimate;
  if (variant.summary.verdict == Verdict::wins)
    return ratio >= 10 ? "w4" : ratio >= 4 ? "w3" : ratio >= 2 ? "w2" : "w1";
  if (variant.summary.verdict == Verdict::loses) return ratio <= 0.25 ? "l3" : ratio <= 0.7 ? "l2" : "l1";
  return "e0";
}

std::string_view sign(Verdict verdict) {
  return verdict == Verdict::wins ? "▲" : verdict == Verdict::loses ? "▼" : "≈";
}

std::string cell(const model::Case& item, const model::Variant* variant) {
  if (variant == nullptr) return "<td class=\"muted\">-<span class=\"sr\"> not measured</span></td>";
  if (variant->status == model::Status::failed) return "<td class=\"failed\">✕ failed</td>";
  if (variant->status == model::Status::skipped) return "<td class=\"muted\">skipped</td>";
  if (!speedup_of(*variant)) return "<td class=\"muted\">-<span class=\"sr\"> not measured</span></td>";
  const Verdict verdict = variant->summary.verdict;
  std::string text = "<span aria-hidden=\"true\">" + std::string(sign(verdict)) + "</span> " + speedup_text(*variant);
  if (variant->name == item.best.variant) text = "<b>" + text + "</b><span class=\"sr\"> best</span>";
  return "<td class=\"" + shade(*variant) + "\">" + text + "<span class=\"sr\"> " + std::string(verdict_text(verdict)) +
         "</span></td>";
}

std::string group(const ProblemView& problem, const std::string& anchor, std::size_t columns) {
  std::string out = "<tbody>\n<tr class=\"group\"><th scope=\"col\"><a href=\"#" + anchor + "\">" +
                    html_name(problem.id) + "</a>, " + html_text(unit_of(problem), 24) + "</th>";
  for (const model::Case* item : problem.cases) out += "<th scope=\"col\">" + format_count(item->size) + "</th>";
  const std::size_t missing = columns - problem.cases.size();
  const std::string filler = missing == 0 ? "" : "<td colspan=\"" + std::to_string(missing) + "\"></td>";
  out += filler + "</tr>\n";
  for (const std::string_view name : problem.strategies) {
    if (is_baseline(problem, name)) continue;
    out += "<tr><th scope=\"row\">" + html_name(name);
    if (is_weaker(problem, name)) out += "<span class=\"tag warn\">weaker</span>";
    out += "</th>";
    for (const model::Case* item : problem.cases) out += cell(*item, find_variant(*item, name));
    out += filler + "</tr>\n";
  }
  return out + "</tbody>\n";
}

constexpr std::string_view kLegend =
    "<ul class=\"legend\" aria-label=\"Legend\">"
    "<li><span class=\"w1\">▲ wins</span> <span class=\"w2\">2x</span> <span class=\"w3\">4x</span> "
    "<span class=\"w4\">10x and more</span></li>"
    "<li><span class=\"l1\">▼ loses</span> <span class=\"l2\">to 0.7x</span> <span class=\"l3\">to 0.25x</span></li>"
    "<li><span class=\"e0\">≈ undecided: the interval contains 1</span></li>"
    "<li><b>bold</b>: the best at that size</li></ul>\n";

}  // namespace

std::string page_heat_map(std::span<const ProblemView> problems, const IdPrefix& prefix) {
  if (problems.empty()) return "<p>No case was measured.</p>";
  std::size_t columns = 0;
  for (const ProblemView& problem : problems) columns = std::max(columns, problem.cases.size());
  std::string out(kLegend);
  out +=
      "<div class=\"scroll\" role=\"group\" aria-label=\"Speed-ups by size\" tabindex=\"0\">\n<table class=\"heat\">"
      "<caption>Speed-up against the baseline</caption>\n";
  for (std::size_t i = 0; i < problems.size(); ++i) out += group(problems[i], anchor_of(prefix, i), columns);
  return out + "</table></div>";
}

}  // namespace perfopt::report
