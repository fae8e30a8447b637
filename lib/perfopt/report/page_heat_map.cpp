// SPDX-License-Identifier: Apache-2.0
// Every speed-up at every size: a small table a problem, which the style sets in columns.
#include <algorithm>

#include "perfopt/core/units.hpp"
#include "perfopt/report/escape.hpp"
#include "perfopt/report/page_sections.hpp"
#include "perfopt/report/suite_formats.hpp"

namespace perfopt::report {
namespace {

using model::Verdict;

constexpr std::size_t kMostSizes = 4;  // in a row

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
  if (variant == nullptr) return "<td class=\"muted\">-</td>";
  if (variant->status == model::Status::failed) return "<td class=\"failed\">✕ failed</td>";
  if (variant->status == model::Status::skipped) return "<td class=\"muted\">skipped</td>";
  if (!speedup_of(*variant)) return "<td class=\"muted\">-</td>";
  const Verdict verdict = variant->summary.verdict;
  const std::string text = std::string(sign(verdict)) + " " + speedup_text(*variant);
  const std::string words(verdict_text(verdict));
  return "<td class=\"" + shade(*variant) + "\">" +
         (variant->name == item.best.variant ? "<b>" + text + "</b><i>best, " : text + "<i>") + words + "</i></td>";
}

// Sizes that stand beside one another, few enough for the width of a phone.
using Sizes = std::span<const model::Case* const>;

std::string rows(const ProblemView& problem, Sizes sizes) {
  std::string out = "<tr><td>" + html_text(unit_of(problem), 24) + "</td>";
  for (const model::Case* item : sizes) out += "<th scope=\"col\">" + format_count(item->size) + "</th>";
  out += "</tr>\n";
  for (const std::string_view name : problem.strategies) {
    if (is_baseline(problem, name)) continue;
    out += "<tr><th scope=\"row\">" + cell_name(name);
    if (is_weaker(problem, name)) out += "<span class=\"tag warn\">weaker</span>";
    out += "</th>";
    for (const model::Case* item : sizes) out += cell(*item, find_variant(*item, name));
    out += "</tr>\n";
  }
  return out;
}

std::string table(const ProblemView& problem, const std::string& anchor) {
  const std::size_t blocks = (problem.cases.size() + kMostSizes - 1) / kMostSizes;
  const std::size_t columns = (problem.cases.size() + blocks - 1) / blocks;
  std::string out =
      "<table class=\"heat\"><caption><a href=\"#" + anchor + "\">" + html_name(problem.id) + "</a></caption>\n";
  Sizes sizes(problem.cases);
  while (!sizes.empty()) {
    const std::size_t count = std::min(columns, sizes.size());
    out += "<tbody>\n" + rows(problem, sizes.first(count)) + "</tbody>\n";
    sizes = sizes.subspan(count);
  }
  return out + "</table>\n";
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
  std::string out(kLegend);
  out +=
      "<p class=\"muted\">Speed-up against the baseline.</p>\n"
      "<div class=\"scroll\" role=\"group\" aria-label=\"Speed-ups by size\" tabindex=\"0\"><div class=\"heats\">\n";
  for (std::size_t i = 0; i < problems.size(); ++i) out += table(problems[i], anchor_of(prefix, i));
  return out + "</div></div>";
}

}  // namespace perfopt::report
