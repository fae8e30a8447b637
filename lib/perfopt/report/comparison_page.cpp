// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/comparison_page.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "perfopt/core/units.hpp"
#include "perfopt/report/comparison_text.hpp"
#include "perfopt/report/comparison_view.hpp"
#include "perfopt/report/environment_difference.hpp"
#include "perfopt/report/escape.hpp"
#include "perfopt/report/figure_builders.hpp"
#include "perfopt/report/figure_forms.hpp"
#include "perfopt/report/page_sections.hpp"
#include "perfopt/report/phrase.hpp"
#include "perfopt/report/sortable_table.hpp"

namespace perfopt::report {
namespace {

using model::Change;
using model::ComparedBenchmark;
using model::Comparison;

std::string tile(std::size_t count, Change verdict, std::string_view label, std::string_view css) {
  return "<li" + (css.empty() ? "" : " class=\"" + std::string(css) + "\"") + "><b>" + std::string(sign_of(verdict)) +
         " " + format_count(count) + "</b> " + std::string(label) + "</li>\n";
}

std::string tiles(const Comparison& comparison) {
  const ChangeTally count = tally(comparison);
  const auto slower = count[Change::slower];
  std::string out = "<ul class=\"tiles\">\n" + tile(slower, Change::slower, "slower", slower > 0 ? "bad" : "") +
                    tile(count[Change::faster], Change::faster, "faster", count[Change::faster] > 0 ? "good" : "") +
                    tile(count[Change::same], Change::same, "the same " + margin_words(comparison), "") +
                    tile(count[Change::inconclusive], Change::inconclusive, "inconclusive", "");
  if (count[Change::missing] > 0) out += tile(count[Change::missing], Change::missing, "missing: only before", "");
  if (count[Change::added] > 0) out += tile(count[Change::added], Change::added, "added: only after", "");
  if (count[Change::failed] > 0) out += tile(count[Change::failed], Change::failed, "failed", "bad");
  return out + "</ul>\n";
}

std::string box(std::string_view kind, std::string_view title, const std::string& items) {
  if (items.empty()) return "";
  return "<section class=\"box " + std::string(kind) + "\"><h2>" + std::string(title) + "</h2>\n<ul>\n" + items +
         "</ul></section>\n";
}

std::string failures(const Comparison& comparison) {
  std::string items;
  for (const ComparedBenchmark* benchmark : with_verdict(comparison, Change::failed)) {
    items += "<li><strong>" + html_name(name_of(*benchmark)) + "</strong>: " + html_text(benchmark->reason) + "</li>\n";
  }
  return box("bad", "✕ Failed: not measured, or the outputs differ", items);
}

std::string doubts(const Comparison& comparison) {
  std::string items;
  for (const model::Doubt& doubt : doubts_of(comparison)) {
    items +=
        "<li>" + html_text(doubt.finding) + (doubt.advice.empty() ? "" : " → " + html_text(doubt.advice)) + "</li>\n";
  }
  return box("doubt", "⚠ What makes these verdicts doubtful", items);
}

std::string advice(const Comparison& comparison) {
  std::string out;
  const std::string open = inconclusive_advice(comparison);
  if (!open.empty()) out += "<p>" + html_text(open, 2 * kReasonLength) + "</p>\n";
  if (comparison.advice.empty()) return out;
  return out + "<p>What would decide: <code>" + html_text(comparison.advice) + "</code></p>\n";
}

constexpr std::size_t kMostForestRows = 60;
constexpr double kForestWidth = 860;

// "" when nothing of it has a place on an axis.
std::string forest(BenchmarkList list, std::string_view caption) {
  std::erase_if(list, [](const ComparedBenchmark* benchmark) { return !has_place(*benchmark); });
  const std::size_t left_out = list.size() - std::min(list.size(), kMostForestRows);
  list.resize(list.size() - left_out);
  const auto panel = changes_panel(list);
  if (!panel) return "";
  std::string words = std::string(caption) + " " + panel->caption;
  if (left_out > 0) words += " " + plural(left_out, "more is", "more are") + " in the table alone.";
  const std::string label =
      "Changes of " + plural(list.size(), "benchmark", "benchmarks") + " with their 95 % intervals";
  return "<figure>\n<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Changes, scrolls sideways\">\n" +
         panel_svg(*panel, label, kForestWidth) + "</div>\n<figcaption>" + html_text(words) +
         "</figcaption>\n</figure>\n";
}

// What is sure; where nothing is, the largest of what is open, so that one sees how far from sure it is.
std::string significant(const Comparison& comparison) {
  BenchmarkList list = with_verdict(comparison, Change::slower);
  for (const ComparedBenchmark* benchmark : with_verdict(comparison, Change::faster)) list.push_back(benchmark);
  const std::string sure = forest(list, "▲ slower, ▼ faster.");
  if (!sure.empty()) return sure + advice(comparison);
  return "<p>Nothing is surely slower or faster.</p>\n" + advice(comparison) +
         forest(with_verdict(comparison, Change::inconclusive), "■ inconclusive: the slowest first.");
}

std::string figure_cell(const std::string& words, double value) {
  if (words.empty() || !std::isfinite(value)) return "<td data-v=\"\">-</td>";
  return sorted_cell(words, value);
}

std::string value_cell(const std::optional<double>& value, const std::string& unit) {
  return value ? figure_cell(html_text(value_words(*value, unit), kNameLength), *value) : figure_cell("", 0);
}

std::string change_cell(const ComparedBenchmark& benchmark) {
  return benchmark.ratio ? figure_cell(change_of(benchmark), benchmark.ratio->estimate) : figure_cell("", 0);
}

std::string verdict_cell(Change verdict) {
  std::string_view css = "open";
  if (verdict == Change::slower || verdict == Change::failed) css = "loses";
  if (verdict == Change::faster) css = "wins";
  // Sorted from what needs care to what does not.
  constexpr std::array<unsigned, kChanges> kRank = {1, 3, 4, 2, 5, 6, 0};
  const auto index = static_cast<std::size_t>(verdict);
  return "<td class=\"words\" data-v=\"" + std::to_string(kRank.at(index)) + "\"><span class=\"" + std::string(css) +
         "\">" + std::string(sign_of(verdict)) + " " + std::string(change_name(verdict)) + "</span></td>";
}

std::string row(const Comparison& comparison, const ComparedBenchmark& benchmark) {
  std::string out = "<tr><th class=\"words\" scope=\"row\">" + html_name(name_of(benchmark));
  if (fails(comparison, benchmark)) out += " <span class=\"tag warn\">fails</span>";
  out += "</th>" + verdict_cell(benchmark.verdict) + change_cell(benchmark) + "<td>" +
         (benchmark.ratio ? html_text(interval_of(benchmark)) : "-") + "</td>" +
         value_cell(benchmark.base, benchmark.unit) + value_cell(benchmark.changed, benchmark.unit);
  out += "<td class=\"words\">" + html_text(metric_words(benchmark.metric), kNameLength) + "</td>";
  return out + "<td class=\"words remark\">" + html_text(benchmark.reason) + "</td></tr>\n";
}

std::string table(const Comparison& comparison) {
  if (comparison.benchmarks.empty()) return "<p>No benchmark was compared.</p>";
  std::string rows;
  for (const Change verdict : {Change::failed, Change::slower, Change::faster, Change::inconclusive, Change::same,
                               Change::missing, Change::added}) {
    for (const ComparedBenchmark* benchmark : with_verdict(comparison, verdict)) rows += row(comparison, *benchmark);
  }
  return "<div class=\"scroll\" data-filter=\"benchmarks\" role=\"group\" tabindex=\"0\" aria-label=\"All "
         "benchmarks\">\n<table data-sortable><caption>All benchmarks, with what only one side has</caption>\n"
         "<thead><tr><th class=\"words\" scope=\"col\">benchmark</th><th class=\"words\" scope=\"col\">verdict</th>"
         "<th scope=\"col\">change</th><th scope=\"col\">95 % interval</th><th scope=\"col\">before</th>"
         "<th scope=\"col\">after</th><th class=\"words\" scope=\"col\">judged by</th>"
         "<th class=\"words\" scope=\"col\">why</th></tr></thead>\n<tbody>\n" +
         rows + "</tbody>\n</table></div>\n";
}

std::string second_gates(const Comparison& comparison, const IdPrefix& prefix) {
  std::string items;
  for (const GateView& gate : gates(comparison)) {
    items += "<li><strong>" + html_name(name_of(*gate.benchmark)) +
             "</strong>: " + html_text(gate_words(*gate.metric)) + "</li>\n";
  }
  return items.empty() ? "" : page_section(prefix, "gates", "Second gates", "<ul>\n" + items + "</ul>");
}

std::string how_sure(const Comparison& comparison) {
  std::string out = "<ul>\n";
  for (const std::string& line : certainty(comparison)) out += "<li>" + html_text(line) + "</li>\n";
  return out + "</ul>";
}

std::string sides(const Comparison& comparison) {
  std::string out = "<dl class=\"facts\">\n";
  const auto add = [&](const model::ComparedSide& from, std::string_view role) {
    std::string words = side_words(from, role);
    words.erase(0, role.size() + 2);  // "before: "
    out += "<dt>" + std::string(role) + "</dt><dd>" + html_text(words) + "</dd>\n";
  };
  add(comparison.base, "before");
  add(comparison.changed, "after");
  return out + "</dl>\n";
}

std::string environment(const Comparison& comparison, const std::optional<ComparedEnvironments>& environments) {
  if (!environments) return sides(comparison) + page_environment(comparison.environment);
  return sides(comparison) + environment_difference_table(environments->base, environments->changed) +
         "<details><summary>Everything known of the machine after</summary>\n" +
         page_environment(environments->changed) + "</details>\n";
}

std::string origin(const Comparison& comparison) {
  std::string out =
      html_text(side_words(comparison.base, "before")) + "<br>" + html_text(side_words(comparison.changed, "after"));
  std::string rest;
  for (const std::string& part : origin_parts(comparison)) rest += (rest.empty() ? "" : " · ") + part;
  return rest.empty() ? out : out + "<br>" + html_text(rest);
}

std::string body(const Comparison& comparison, const std::optional<ComparedEnvironments>& environments,
                 const IdPrefix& prefix) {
  std::string out;
  if (!comparison.complete) {
    out +=
        "<p class=\"box doubt\" role=\"note\">Interrupted: what was not decided by then is inconclusive or "
        "missing here.</p>\n";
  }
  return out + tiles(comparison) + failures(comparison) + doubts(comparison) +
         page_section(prefix, "changes", "What changed", significant(comparison)) +
         page_section(prefix, "benchmarks", "All benchmarks", table(comparison)) + second_gates(comparison, prefix) +
         page_section(prefix, "certainty", "How sure", how_sure(comparison)) +
         page_section(prefix, "environment", "Measured on", environment(comparison, environments));
}

constexpr std::string_view kFootnote =
    "A change is the ratio of the times after and before: +3 % takes 3 % longer. A verdict is given where the change "
    "is "
    "sure and larger than the margin, and \"the same\" where it surely is not; whatever is neither has no verdict, "
    "which "
    "is not \"no change\".";

}  // namespace

Article comparison_article(const Comparison& comparison, const std::optional<ComparedEnvironments>& environments,
                           const IdPrefix& prefix) {
  Article article;
  article.prefix = prefix;
  article.style = "comparison";
  article.title = "Comparison: " + comparison.base.command + " and " + comparison.changed.command;
  article.kind = "before and after";
  article.heading = html_text(verdict_line(comparison));
  article.origin = origin(comparison);
  article.links = {{prefix + "changes", "Changes"}, {prefix + "benchmarks", "All benchmarks"}};
  if (!gates(comparison).empty()) article.links.push_back({prefix + "gates", "Second gates"});
  article.links.push_back({prefix + "certainty", "How sure"});
  article.links.push_back({prefix + "environment", "Measured on"});
  article.body = body(comparison, environments, prefix);
  article.footnote = kFootnote;
  return article;
}

std::string comparison_page(const Comparison& comparison, const std::optional<ComparedEnvironments>& environments) {
  return page_of(std::array{comparison_article(comparison, environments, "")});
}

}  // namespace perfopt::report
