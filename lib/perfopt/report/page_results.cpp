// SPDX-License-Identifier: Apache-2.0
// The one table of all results: a group a problem, in it a row for each strategy at each size, to be sorted and
// filtered by the script; without it in the order of the document. What was not measured says why in place of figures.
// Markup is sparse, for there are thousands of rows: their heads are those that HTML takes for one without being told.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <vector>

#include "perfopt/core/units.hpp"
#include "perfopt/report/escape.hpp"
#include "perfopt/report/page_sections.hpp"
#include "perfopt/report/phrase.hpp"
#include "perfopt/report/suite_formats.hpp"

namespace perfopt::report {
namespace {

using model::Case;
using model::Variant;

constexpr std::size_t kBins = 25;
constexpr double kReach = 0.25;  // of the histogram on either side of the median; what lies beyond counts at the edge
constexpr int kHeight = 14;

// Sorted by `value`; four digits tell any two figures apart that are shown with three.
std::string number_cell(double value, const std::string& text) {
  if (!std::isfinite(value)) return "<td>-</td>";
  std::array<char, 32> sorted{};
  std::snprintf(sorted.data(), sorted.size(), "%.4g", value);
  return "<td data-v=\"" + std::string(sorted.data()) + "\">" + text + "</td>";
}

struct Histogram {
  std::array<std::uint32_t, kBins> bins{};
  std::size_t count = 0;
};

// One pass over the rounds; nothing is sorted or copied.
Histogram histogram_of(const Variant& variant) {
  Histogram histogram;
  const double scale = kBins / (2 * kReach);
  for (const double wall_ns : variant.rounds.wall_ns) {
    const double offset = wall_ns / variant.summary.wall_ns - 1;
    if (!std::isfinite(wall_ns) || !std::isfinite(offset)) continue;
    ++histogram.count;
    const double place = (std::clamp(offset, -kReach, kReach) + kReach) * scale;
    ++histogram.bins[std::min(static_cast<std::size_t>(place), kBins - 1)];
  }
  return histogram;
}

// How many rounds, and steps two wide, the highest of them full, upwards from 0 (report.css turns them over); in whole
// numbers, so that a row stays small.
std::string histogram_cell(const Variant& variant) {
  const Histogram histogram = histogram_of(variant);
  if (histogram.count == 0) return "<td>-</td>";
  const std::uint32_t most = *std::ranges::max_element(histogram.bins);
  std::string path;
  std::int64_t height = 0;
  std::size_t start = 0;  // of the step under way, in bins
  const auto step_to = [&](std::size_t bin, std::int64_t next) {
    if (next == height) return;
    path += path.empty() ? "M" + std::to_string(2 * bin) + " 0" : "h" + std::to_string(2 * (bin - start));
    path += "v" + std::to_string(next - height);
    height = next;
    start = bin;
  };
  for (std::size_t i = 0; i < kBins; ++i) {
    const std::int64_t count = histogram.bins[i];
    step_to(i, count == 0 ? 0 : std::max<std::int64_t>(1, count * kHeight / most));
  }
  step_to(kBins, 0);
  return "<td>" + format_count(histogram.count) + "<svg class=\"hist\"><path d=\"" + path + "\"/></svg></td>";
}

std::string verdict_cell(const Variant& variant) {
  const std::string words(verdict_text(variant.summary.verdict));
  switch (variant.summary.verdict) {
    case model::Verdict::wins:
      return "<td class=\"wins\">▲ " + words + "</td>";
    case model::Verdict::loses:
      return "<td class=\"loses\">▼ " + words + "</td>";
    case model::Verdict::undecided:
      return "<td>≈ " + words + "</td>";
    case model::Verdict::baseline:
    case model::Verdict::none:
      break;
  }
  return "<td>" + words + "</td>";
}

std::string measured_cells(const Variant& variant) {
  const model::Summary& summary = variant.summary;
  std::string out = number_cell(summary.wall_ns, format_duration_ns(summary.wall_ns));
  if (const auto speedup = speedup_of(variant)) {
    out += "<td>" + format_ratio(speedup->estimate) + "</td><td>" + interval_text(variant) + "</td>";
  } else {
    out += "<td></td><td></td>";
  }
  return out + "<td>" + format_percent(summary.spread) + "</td>" + histogram_cell(variant) + verdict_cell(variant);
}

// As many cells as a measured row has, so that sorting by any column works.
std::string excluded_cells(const Variant& variant) {
  const bool has_failed = variant.status == model::Status::failed;
  std::string verdict = "not measured";
  if (has_failed) verdict = "✕ failed";
  if (variant.status == model::Status::skipped) verdict = "skipped";
  if (!variant.reason.empty()) verdict += ": " + html_text(variant.reason);
  return "<td>-</td><td></td><td></td><td></td><td></td><td class=\"" + std::string(has_failed ? "failed" : "muted") +
         "\">" + verdict + "</td>";
}

std::string rows_of(const ProblemView& problem) {
  std::string rows;
  for (const Case* item : problem.cases) {
    const std::string size = "<td>" + format_count(item->size) + "</td>";
    for (const Variant& variant : item->variants) {
      if (!is_measured(variant) && item->status == model::Status::skipped) continue;
      rows += "<tr><th>" + cell_name(variant.name);
      if (variant.name == item->best.variant) rows += " <b>best</b>";
      if (!variant.weaker.empty()) rows += "<span class=\"tag warn\">weaker</span>";
      rows += "</th>" + size + (is_measured(variant) ? measured_cells(variant) : excluded_cells(variant)) + "</tr>\n";
    }
  }
  return rows;
}

std::string group(const ProblemView& problem, const std::string& anchor) {
  const std::string rows = rows_of(problem);
  if (rows.empty()) return "";
  return "<tbody>\n<tr class=\"group\"><th colspan=\"8\" scope=\"rowgroup\"><a href=\"#" + anchor + "\">" +
         html_name(problem.id) + "</a></th></tr>\n" + rows + "</tbody>\n";
}

}  // namespace

std::string page_results(std::span<const ProblemView> problems, const IdPrefix& prefix) {
  std::string groups;
  for (std::size_t i = 0; i < problems.size(); ++i) groups += group(problems[i], anchor_of(prefix, i));
  if (groups.empty()) return "<p>No case was measured.</p>";
  return "<p class=\"muted\">Median time of a run; speed-up against the baseline with its 95 % interval; spread: "
         "interquartile range over median; rounds: how many, and where they lie, 25 % to either side of the "
         "median.</p>\n"
         "<div class=\"scroll tall\" role=\"group\" tabindex=\"0\" data-filter=\"results\" aria-label=\"All results\">"
         "<table data-sortable=\"\" class=\"results\"><caption>All results</caption>\n<thead><tr>"
         "<th class=\"words\" scope=\"col\">strategy</th><th scope=\"col\">size</th><th scope=\"col\">median</th>"
         "<th scope=\"col\">speed-up</th><th scope=\"col\">95 % interval</th><th scope=\"col\">spread</th>"
         "<th scope=\"col\">rounds</th><th class=\"words\" scope=\"col\">verdict</th></tr></thead>\n" +
         groups + "</table></div>";
}

}  // namespace perfopt::report
