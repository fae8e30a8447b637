// SPDX-License-Identifier: Apache-2.0
// The answer of the page: a table with a row a problem, a group a family, and the words behind each row.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <vector>

#include "perfopt/core/units.hpp"
#include "perfopt/report/escape.hpp"
#include "perfopt/report/page_sections.hpp"
#include "perfopt/report/phrase.hpp"
#include "perfopt/report/problem_answer.hpp"
#include "perfopt/report/suite_formats.hpp"
#include "perfopt/report/svg_chart.hpp"

namespace perfopt::report {
namespace {

constexpr double kBarWidth = 96;
constexpr double kLeastBar = 3;  // that can be seen

struct Row {
  const ProblemView* problem;
  std::string anchor;
  ProblemAnswer answer;
};

struct Family {
  std::string_view name;
  std::vector<const Row*> rows;
};

std::string_view css_of(AnswerKind kind) {
  if (kind == AnswerKind::pays_off) return "win";
  return kind == AnswerKind::failed ? "lose" : "even";
}

std::string mark(std::string_view sign) {
  return "<span class=\"mark\" aria-hidden=\"true\">" + std::string(sign) + "</span>";
}

// In the order in which the families first appear.
std::vector<Family> families_of(const std::vector<Row>& rows) {
  std::vector<Family> families;
  for (const Row& row : rows) {
    const std::string_view name = row.problem->cases.front()->category;
    auto family = std::ranges::find(families, name, &Family::name);
    if (family == families.end()) family = families.insert(families.end(), {name, {}});
    family->rows.push_back(&row);
  }
  return families;
}

// What all bars of the table stand on, logarithmic.
SvgScale scale_of(const std::vector<Row>& rows) {
  SvgScale scale{.low = 1, .high = 2, .from = 0, .to = kBarWidth, .is_log = true};
  for (const Row& row : rows) {
    if (!row.answer.speedups) continue;
    scale.low = std::min(scale.low, row.answer.speedups->least);
    scale.high = std::max(scale.high, row.answer.speedups->most);
  }
  return scale;
}

// From the least to the most.
std::string bar(const SpeedupRange& range, const SvgScale& scale) {
  const double from = scale.at(range.least);
  const double to = scale.at(range.most);
  const double start = std::min(from, kBarWidth - kLeastBar);
  return "<svg class=\"gain\" viewBox=\"0 0 96 6\"><path d=\"M" + svg_number(start) + " 3H" +
         svg_number(std::max(to, start + kLeastBar)) + "\"/></svg>";
}

std::string speedup_cell(const ProblemAnswer& answer, const SvgScale& scale) {
  if (!answer.speedups) return "<td>-</td>";
  std::array<char, 32> key{};
  std::snprintf(key.data(), key.size(), "%.4g", answer.speedups->most);
  return "<td data-v=\"" + std::string(key.data()) + "\">" + speedups_text(answer) +
         (answer.where.empty() ? "" : "<small>" + answer.where + "</small>") + bar(*answer.speedups, scale) + "</td>";
}

// What a reader must know of strategies that are not the answer: wrong results, and gains that mean less.
std::string warnings(const ProblemView& problem) {
  std::string out;
  for (const std::string_view name : problem.strategies) {
    const std::string weaker = weaker_text(problem, name);
    if (has_failed(problem, name)) {
      out += "<br><span class=\"tag warn\">✕ failed</span> " + html_name(name) + ": a wrong result or none";
    } else if (!weaker.empty()) {
      out += "<br><span class=\"tag warn\">weaker</span> " + html_name(name) + ": " + html_text(weaker);
    }
  }
  return out.empty() ? out : "<small>" + out.substr(std::string_view("<br>").size()) + "</small>";
}

std::string row_html(const Row& row, const SvgScale& scale) {
  const ProblemView& problem = *row.problem;
  const ProblemAnswer& answer = row.answer;
  return "<tr><th scope=\"row\"><a href=\"#" + row.anchor + "\"><bdi>" +
         html_breakable(problem.cases.front()->problem, kNameLength) + "</bdi></a><small>" +
         html_text(problem.title()) + "</small></th><td class=\"words " + std::string(css_of(answer.kind)) + "\">" +
         mark(answer_sign(answer.kind)) + html_breakable(answer.use) + warnings(problem) + "</td>" +
         speedup_cell(answer, scale) + "<td class=\"words\">" + html_text(answer.sure.empty() ? "-" : answer.sure) +
         "</td></tr>\n";
}

std::string family_html(const Family& family, const SvgScale& scale) {
  const auto winners = static_cast<std::size_t>(
      std::ranges::count_if(family.rows, [](const Row* row) { return row->answer.kind == AnswerKind::pays_off; }));
  std::string out = "<tbody>\n<tr class=\"group\"><th scope=\"rowgroup\" colspan=\"4\">" + html_name(family.name) +
                    "<small>" + format_count(winners) + " of " + plural(family.rows.size(), "problem", "problems") +
                    (winners == 1 || family.rows.size() == 1 ? " has" : " have") + " a winner</small></th></tr>\n";
  for (const Row* row : family.rows) out += row_html(*row, scale);
  return out + "</tbody>\n";
}

constexpr std::string_view kLegend =
    "<ul class=\"legend\" aria-label=\"Legend\"><li>▲ pays off</li><li>▼ nothing is faster than the baseline</li>"
    "<li>≈ no difference seen</li><li>◇ faster only with a weaker guarantee</li>"
    "<li>✕ failed: not to be used</li>"
    "<li>A size is decided where the 95 % interval of the speed-up excludes 1.</li></ul>\n";

// Signs of single strategies; failures and weaker meaning before speed.
std::string strategy_item(const ProblemView& problem, const model::VariantFinding& finding) {
  std::string_view css = "even";
  std::string_view sign = "≈";
  const std::string weaker = weaker_text(problem, finding.variant);
  if (has_failed(problem, finding.variant)) {
    css = "lose";
    sign = "✕";
  } else if (!weaker.empty()) {
    sign = "◇";
  } else if (pays_off(problem, finding)) {
    css = "win";
    sign = "▲";
  } else if (only_loses(problem, finding.variant)) {
    css = "lose";
    sign = "▼";
  }
  std::string item =
      "<li class=\"" + std::string(css) + "\">" + mark(sign) + html_text(strategy_line(problem, finding));
  if (!weaker.empty()) item += " <span class=\"tag warn\">weaker</span> not a plain win: " + html_text(weaker);
  return item + "</li>\n";
}

}  // namespace

std::string page_verdicts(std::span<const ProblemView> problems, const IdPrefix& prefix) {
  if (problems.empty()) return "<p>No case was measured.</p>";
  std::vector<Row> rows;
  rows.reserve(problems.size());
  for (std::size_t i = 0; i < problems.size(); ++i) {
    rows.push_back({&problems[i], anchor_of(prefix, i), answer_of(problems[i])});
  }
  const SvgScale scale = scale_of(rows);
  std::string out(kLegend);
  out +=
      "<div class=\"scroll\"><table class=\"answers\" data-sortable=\"\"><caption>What to use, by family</caption>\n"
      "<thead><tr><th class=\"words\" scope=\"col\">problem</th><th class=\"words\" scope=\"col\">what to use here</th>"
      "<th scope=\"col\">speed-up</th><th class=\"words\" scope=\"col\">how sure</th></tr></thead>\n";
  for (const Family& family : families_of(rows)) out += family_html(family, scale);
  return out + "</table></div>";
}

std::string strategy_list(const ProblemView& problem) {
  if (problem.finding == nullptr || problem.finding->variants.empty()) return "";
  std::string out = "<ul class=\"marks\">\n";
  for (const model::VariantFinding& finding : problem.finding->variants) out += strategy_item(problem, finding);
  return out + "</ul>\n";
}

std::string answer_line(const ProblemView& problem) {
  const ProblemAnswer answer = answer_of(problem);
  const std::string speedups = speedups_text(answer);
  return "<span class=\"answer " + std::string(css_of(answer.kind)) + "\">" + mark(answer_sign(answer.kind)) +
         html_text(answer.use) +
         (speedups.empty() ? "" : ", " + speedups + (answer.where.empty() ? "" : " " + answer.where)) + "</span>";
}

}  // namespace perfopt::report
