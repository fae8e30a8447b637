// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/results_page.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "perfopt/core/units.hpp"
#include "perfopt/report/comparison_view.hpp"
#include "perfopt/report/escape.hpp"
#include "perfopt/report/page_sections.hpp"
#include "perfopt/report/phrase.hpp"
#include "perfopt/report/sortable_table.hpp"
#include "perfopt/report/svg_chart.hpp"
#include "perfopt/stats/paired.hpp"

namespace perfopt::report {
namespace {

using model::Result;
using model::ResultSet;

// What a row says, of the finite samples.
struct Row {
  const Result* result;
  std::vector<double> samples;
  double median = 0;
  double low = 0, high = 0;      // quartiles
  std::optional<double> spread;  // of the samples, else as the tool told
};

Row row_of(const Result& result) {
  Row row{.result = &result, .samples = {}, .spread = result.spread};
  std::ranges::copy_if(result.samples, std::back_inserter(row.samples),
                       [](double value) { return std::isfinite(value); });
  row.median = stats::median(row.samples);
  row.low = stats::quantile(row.samples, 0.25);
  row.high = stats::quantile(row.samples, 0.75);
  if (row.samples.size() > 1 && row.median > 0) row.spread = (row.high - row.low) / row.median;
  if (row.spread && !std::isfinite(*row.spread)) row.spread.reset();
  return row;
}

std::string words(double value, const Result& result) {
  return html_text(value_words(value, result.unit), kNameLength);
}

constexpr std::size_t kMostTicks = 400;

// The first kMostTicks samples as ticks between -25 % and +25 % of the median; what lies outside stands at the edge.
std::string strip(const Row& row) {
  constexpr double kWidth = 120;
  constexpr double kReach = 0.25;
  if (row.samples.size() < 2 || !(row.median > 0)) return "";
  std::string path;
  for (std::size_t i = 0; i < std::min(row.samples.size(), kMostTicks); ++i) {
    const double offset = std::clamp(row.samples[i] / row.median - 1, -kReach, kReach);
    path += "M" + svg_number(kWidth / 2 + offset / kReach * (kWidth / 2 - 2)) + " 3v10";
  }
  const auto [least, most] = std::ranges::minmax(row.samples);
  return "<svg class=\"strip\" viewBox=\"0 0 120 16\" role=\"img\" aria-label=\"from " + words(least, *row.result) +
         " to " + words(most, *row.result) +
         "\"><line class=\"grid\" x1=\"60\" y1=\"0\" x2=\"60\" y2=\"16\" stroke=\"#D8DEE4\"/><path class=\"s1\" "
         "stroke=\"#0072B2\" stroke-opacity=\"0.7\" stroke-width=\"1.5\" d=\"" +
         path + "\"/></svg>";
}

std::string table_row(const Row& row) {
  const Result& result = *row.result;
  const bool many = row.samples.size() > 1;
  std::string out = "<tr><th class=\"words\" scope=\"row\">" + html_name(result.name) + "</th><td class=\"words\">" +
                    html_text(metric_words(result.metric), kNameLength) +
                    (result.higher_is_better ? ", more is better" : "") + "</td>" +
                    sorted_cell(words(row.median, result), row.median);
  out += many ? sorted_cell(words(row.low, result) + " to " + words(row.high, result), row.low)
              : sorted_cell("-", std::nullopt);
  out += sorted_cell(row.spread ? format_percent(*row.spread) : "-", row.spread);
  return out + sorted_cell(format_count(row.samples.size()), static_cast<double>(row.samples.size())) + "<td>" +
         strip(row) + "</td></tr>\n";
}

std::string table(const std::vector<Row>& rows) {
  if (rows.empty()) return "<p>No benchmark has a value.</p>";
  std::string out =
      "<div class=\"scroll\" data-filter=\"benchmarks\" role=\"group\" tabindex=\"0\" aria-label=\"All benchmarks\">\n"
      "<table data-sortable><caption>As the file tells them, in its order</caption>\n<thead><tr>"
      "<th class=\"words\" scope=\"col\">benchmark</th><th class=\"words\" scope=\"col\">measured</th>"
      "<th scope=\"col\">median</th><th scope=\"col\">quartiles</th><th scope=\"col\">spread</th>"
      "<th scope=\"col\">samples</th><th scope=\"col\">samples, ±25 %</th></tr></thead>\n<tbody>\n";
  for (const Row& row : rows) out += table_row(row);
  out += "</tbody>\n</table></div>\n";
  if (std::ranges::none_of(rows, [](const Row& row) { return row.samples.size() > kMostTicks; })) return out;
  return out + "<p class=\"muted note\">Of more than " + format_count(kMostTicks) + " samples, only the first " +
         format_count(kMostTicks) + " are drawn; all count in the figures.</p>\n";
}

std::string failures(const ResultSet& results) {
  std::string items;
  for (const Result& result : results.results) {
    if (result.failure.empty()) continue;
    items += "<li><strong>" + html_name(result.name) + "</strong>: " + html_text(result.failure) + "</li>\n";
  }
  return items.empty() ? "" : "<section class=\"box bad\"><h2>✕ Failed</h2>\n<ul>\n" + items + "</ul></section>\n";
}

std::string doubts(const ResultSet& results) {
  std::string items;
  for (const model::Doubt& doubt : results.environment.doubts) {
    items +=
        "<li>" + html_text(doubt.finding) + (doubt.advice.empty() ? "" : " → " + html_text(doubt.advice)) + "</li>\n";
  }
  if (items.empty()) return "";
  return "<section class=\"box doubt\"><h2>⚠ What makes these numbers doubtful</h2>\n<ul>\n" + items +
         "</ul></section>\n";
}

std::string tile(std::size_t count, std::string_view one, std::string_view many) {
  return "<li><b>" + format_count(count) + "</b> " + std::string(count == 1 ? one : many) + "</li>\n";
}

std::string tiles(const std::vector<Row>& rows) {
  std::size_t samples = 0;
  std::size_t single = 0;
  std::vector<double> spreads;
  for (const Row& row : rows) {
    samples += row.samples.size();
    if (row.samples.size() == 1) ++single;
    if (row.spread) spreads.push_back(*row.spread);
  }
  std::string out =
      "<ul class=\"tiles\">\n" + tile(rows.size(), "result", "results") + tile(samples, "sample", "samples");
  if (single > 0) out += tile(single, "is a summary alone", "are summaries alone");
  if (!spreads.empty()) out += "<li><b>" + format_percent(stats::median(spreads)) + "</b> typical spread</li>\n";
  return out + "</ul>\n";
}

constexpr std::string_view kFootnote =
    "Times are for one execution; the spread is the interquartile range divided by the median, or what the tool itself "
    "told. The file has no baseline beside its results, so nothing is said here about what is faster: perfviz "
    "--compare "
    "does that with a second file.";

}  // namespace

Article results_article(const ResultSet& results, const IdPrefix& prefix) {
  std::vector<Row> rows;
  for (const Result& result : results.results) {
    Row row = row_of(result);
    if (result.failure.empty() && !row.samples.empty()) rows.push_back(std::move(row));
  }
  Article article;
  article.prefix = prefix;
  article.style = "results";
  article.title = "Results: " + results.origin;
  article.kind = "benchmark results";
  article.heading = plural(rows.size(), "result", "results") + " of " + html_text(results.tool, kNameLength);
  article.origin = "<code>" + html_text(results.origin) + "</code>";
  for (const std::string& part : {moment(results.started), results.commit.substr(0, 12), results.branch}) {
    if (!part.empty()) article.origin += " · " + html_text(part, kNameLength);
  }
  article.links = {{prefix + "results", "Results"}, {prefix + "environment", "Environment"}};
  article.body = tiles(rows) + failures(results) + doubts(results) +
                 page_section(prefix, "results", "Results", table(rows)) +
                 page_section(prefix, "environment", "Environment", page_environment(results.environment));
  article.footnote = kFootnote;
  return article;
}

}  // namespace perfopt::report
