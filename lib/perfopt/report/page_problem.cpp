// SPDX-License-Identifier: Apache-2.0
// One problem: its strategies in words, speed-up and time over size, and the table of all figures.
#include <algorithm>
#include <cmath>

#include "perfopt/core/units.hpp"
#include "perfopt/report/escape.hpp"
#include "perfopt/report/page_sections.hpp"
#include "perfopt/report/suite_formats.hpp"
#include "perfopt/report/svg_chart.hpp"

namespace perfopt::report {
namespace {

constexpr unsigned kLimitStyle = 7;

// The baseline is grey; the others keep their colour in every chart of the problem.
unsigned style_of(std::size_t index) {
  return index == 0 ? 0 : 1 + static_cast<unsigned>((index - 1) % (kLimitStyle - 1));
}

double items_of(const model::Case& item, const model::Variant& variant) {
  return variant.items_per_run > 0 ? variant.items_per_run : static_cast<double>(item.size);
}

ChartPoint speedup_point(const model::Case& item, const model::Variant& variant) {
  const auto speedup = speedup_of(variant);
  if (!speedup) return {};
  return {static_cast<double>(item.size), speedup->estimate, speedup->low, speedup->high};
}

ChartPoint time_point(const model::Case& item, const model::Variant& variant) {
  if (!is_measured(variant)) return {};
  const double items = items_of(item, variant);
  const model::Summary& summary = variant.summary;
  return {static_cast<double>(item.size), summary.wall_ns / items, summary.wall_low_ns / items,
          summary.wall_high_ns / items};
}

template <class MakePoint>
std::vector<ChartLine> lines_of(const ProblemView& problem, MakePoint make_point) {
  std::vector<ChartLine> lines;
  for (std::size_t i = 0; i < problem.strategies.size(); ++i) {
    ChartLine line{std::string(problem.strategies[i]), style_of(i), {}, is_weaker(problem, problem.strategies[i])};
    for (const model::Case* item : problem.cases) {
      const model::Variant* variant = find_variant(*item, problem.strategies[i]);
      const ChartPoint point = variant == nullptr ? ChartPoint{} : make_point(*item, *variant);
      if (point.x > 0) line.points.push_back(point);
    }
    if (!line.points.empty()) lines.push_back(std::move(line));
  }
  return lines;
}

// The least time per item that the limit of a variant allows, 0 when it has none.
double least_ns(const model::Case& item, const model::Variant& variant) {
  if (!variant.limit || limit_share_text(variant).empty() || variant.limit->rate <= 0) return 0;
  return variant.limit->units / variant.limit->rate * 1e9 / items_of(item, variant);
}

// The least time per item that the fastest limit allows at each size; nothing where a variant without that limit is
// faster, as a cache is than the disk behind it.
ChartLine limit_line(const ProblemView& problem) {
  ChartLine line{"limit", kLimitStyle, {}, true};
  for (const model::Case* item : problem.cases) {
    double least = 0;
    double unbounded = 0;  // the fastest variant without a limit
    const auto keep_less = [](double& kept, double ns) {
      if (ns > 0 && (kept == 0 || ns < kept)) kept = ns;
    };
    for (const model::Variant& variant : item->variants) {
      const double ns = least_ns(*item, variant);
      keep_less(ns > 0 ? least : unbounded, ns > 0 ? ns : time_point(*item, variant).y);
    }
    if (least > 0 && (unbounded == 0 || unbounded >= least)) {
      line.points.push_back({static_cast<double>(item->size), least});
    }
  }
  return line;
}

std::vector<ChartMark> crossovers_of(const ProblemView& problem) {
  std::vector<ChartMark> marks;
  if (problem.finding == nullptr) return marks;
  for (const model::VariantFinding& finding : problem.finding->variants) {
    if (finding.crossover && std::isfinite(finding.crossover->size)) {
      marks.push_back({finding.crossover->size, finding.variant + " " + format_about(finding.crossover->size)});
    }
  }
  std::ranges::stable_sort(marks, {}, &ChartMark::x);
  return marks;
}

std::string figure(const std::string& svg, const std::string& caption) {
  return svg.empty() ? "" : "<figure>\n" + svg + "<figcaption>" + caption + "</figcaption></figure>\n";
}

std::string charts(const ProblemView& problem, const std::string& anchor) {
  const std::string size_title = "size [" + unit_of(problem) + "]";
  const std::string baseline(problem.strategies.empty() ? "" : problem.strategies.front());
  Chart speedup{.id = anchor + "-speedup",
                .title = "Speed-up over size: " + problem.id,
                .description = problem.finding == nullptr ? "" : problem.finding->sentence,
                .x = {size_title, tick_count},
                .y = {"speed-up", tick_ratio},
                .lines = lines_of(problem, speedup_point),
                .marks = crossovers_of(problem),
                .reference_label = baseline.empty() ? "baseline" : baseline};
  Chart time{.id = anchor + "-time",
             .title = "Time per item over size: " + problem.id,
             .description = "The figures stand in the table of all strategies.",
             .x = {size_title, tick_count},
             .y = {"time per item", tick_duration_ns},
             .lines = lines_of(problem, time_point),
             .marks = {},
             .reference_label = ""};
  ChartLine limit = limit_line(problem);
  const bool has_limit = !limit.points.empty();
  if (has_limit) time.lines.push_back(std::move(limit));
  const bool weaker = std::ranges::any_of(speedup.lines, &ChartLine::dashed);
  const std::string out =
      figure(svg_chart(speedup), "Speed-up with 95 % intervals; above the dashed line is faster than " +
                                     html_name(baseline) + (speedup.marks.empty() ? "" : "; dotted: crossovers") +
                                     (weaker ? "; broken lines: weaker meaning." : ".")) +
      figure(svg_chart(time), "Median time per item with quartiles; lower is faster" +
                                  std::string(has_limit ? "; limit: what this machine allows at best." : "."));
  return out.empty() ? "<p>No result that can be drawn.</p>\n" : "<div class=\"charts\">\n" + out + "</div>\n";
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
    rows += "<tr><th scope=\"row\">" + html_name(name) + "</th><td class=\"words\">" +
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
  std::string out;
  for (std::size_t i = 0; i < problems.size(); ++i) {
    const ProblemView& problem = problems[i];
    const std::string anchor = anchor_of(prefix, i);
    out += "<section class=\"problem\" id=\"" + anchor + "\">\n<h3>" + html_name(problem.id) +
           " <span class=\"muted\">" + html_text(problem.title()) + "</span></h3>\n";
    if (problem.finding != nullptr) out += "<p>" + html_text(problem.finding->sentence) + "</p>\n";
    for (const Remark& remark : conditions_of(problem)) {
      out += "<p class=\"muted\">On " + html_text(remark.text) + "</p>\n";
    }
    out += charts(problem, anchor) + strategies(problem) + page_table(problem) + "</section>\n";
  }
  return out;
}

}  // namespace perfopt::report
