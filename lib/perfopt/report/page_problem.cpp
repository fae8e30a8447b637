// SPDX-License-Identifier: Apache-2.0
// One problem, to be opened: its answer in a line; then its strategies in words, charts, what is compared, all figures.
#include <algorithm>
#include <optional>

#include "perfopt/core/units.hpp"
#include "perfopt/report/escape.hpp"
#include "perfopt/report/figure_builders.hpp"
#include "perfopt/report/figure_forms.hpp"
#include "perfopt/report/page_sections.hpp"
#include "perfopt/report/suite_formats.hpp"

namespace perfopt::report {
namespace {

constexpr std::size_t kMostOpen = 3;  // problems that are open from the start

std::string figure(const std::optional<Panel>& panel, std::string_view label) {
  if (!panel) return "";
  const std::string svg = panel_svg(*panel, label);
  return svg.empty() ? ""
                     : "<figure>\n" + svg + "<figcaption>" + html_text(panel->caption) + "</figcaption></figure>\n";
}

// The figures of all of them stand in the tables below and in that of all results.
std::string charts(const ProblemView& problem) {
  const std::string out =
      figure(speedup_panel(problem), "Speed-up over size") + figure(time_panel(problem), "Time over size") +
      figure(throughput_panel(problem), "Throughput") + figure(distribution_panel(problem), "Rounds") +
      figure(scatter_panel(problem), "Time against memory");
  return out.empty() ? "<p>No result that can be drawn.</p>\n" : "<div class=\"charts\">\n" + out + "</div>\n";
}

// To the profile that shows the strategy, or all of the problem for "".
std::string profile_link(const ProblemView& problem, std::string_view variant) {
  const ProfileLink* profile = profile_of(problem.profiles, problem.id, variant);
  if (profile == nullptr) return "";
  return " <a href=\"#" + profile->anchor + "\">profile<span class=\"sr\"> of " +
         html_text(variant.empty() ? std::string_view(problem.id) : variant, kNameLength) + "</span></a>";
}

std::string strategies(const ProblemView& problem) {
  std::string rows;
  bool needs = false;
  bool costs = false;
  for (const model::Case* item : problem.cases) {
    for (const model::Variant& variant : item->variants) {
      needs = needs || !variant.needs.empty();
      costs = costs || !variant.costs.empty();
    }
  }
  for (const std::string_view name : problem.strategies) {
    const model::Variant& variant = first_variant(problem, name);
    rows += "<tr><th scope=\"row\">" + html_name(name) + profile_link(problem, name) + "</th><td class=\"words\">" +
            html_text(variant.level, kNameLength) + "</td><td class=\"words\">" + html_text(variant.does) + "</td>";
    if (needs) rows += "<td class=\"words\">" + html_text(variant.needs) + "</td>";
    if (costs) rows += "<td class=\"words\">" + html_text(variant.costs) + "</td>";
    rows += "</tr>\n";
  }
  if (rows.empty()) return "";
  return "<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"Strategies of " +
         html_text(problem.id, kNameLength) +
         "\"><table><caption>What is compared</caption>\n<thead><tr><th class=\"words\" scope=\"col\">strategy</th><th "
         "class=\"words\" scope=\"col\">level</th><th class=\"words\" scope=\"col\">what it does</th>" +
         (needs ? "<th class=\"words\" scope=\"col\">needs</th>" : "") +
         (costs ? "<th class=\"words\" scope=\"col\">costs</th>" : "") + "</tr></thead>\n<tbody>\n" + rows +
         "</tbody></table></div>\n";
}

}  // namespace

std::string page_problems(std::span<const ProblemView> problems, const IdPrefix& prefix) {
  if (problems.empty()) return "<p>No case was measured.</p>";
  const std::string open = problems.size() > kMostOpen ? "" : " open=\"\"";
  std::string out;
  for (std::size_t i = 0; i < problems.size(); ++i) {
    const ProblemView& problem = problems[i];
    const std::string anchor = anchor_of(prefix, i);
    // The id is that of the content: browsers open what holds the target of a link, not the target itself.
    out += "<details class=\"problem\"" + open + ">\n<summary><h3>" + html_name(problem.id) +
           "</h3><span class=\"muted\">" + html_text(problem.title()) + "</span>" + answer_line(problem) +
           "</summary>\n<div id=\"" + anchor + "\">\n";
    const std::string sentence = problem.finding == nullptr ? "" : html_text(problem.finding->sentence);
    const std::string link = profile_link(problem, "");
    if (problem.finding != nullptr || !link.empty()) out += "<p>" + sentence + link + "</p>\n";
    for (const Remark& remark : conditions_of(problem)) {
      out += "<p class=\"muted\">On " + html_text(remark.text) + "</p>\n";
    }
    out += strategy_list(problem) + charts(problem) + strategies(problem) + page_table(problem) + "</div></details>\n";
  }
  return out;
}

}  // namespace perfopt::report
