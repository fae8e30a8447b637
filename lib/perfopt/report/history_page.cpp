// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/history_page.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "perfopt/core/units.hpp"
#include "perfopt/report/comparison_view.hpp"
#include "perfopt/report/escape.hpp"
#include "perfopt/report/figure_builders.hpp"
#include "perfopt/report/figure_forms.hpp"
#include "perfopt/report/history_course.hpp"
#include "perfopt/report/history_text.hpp"
#include "perfopt/report/page_sections.hpp"
#include "perfopt/report/phrase.hpp"
#include "perfopt/report/sortable_table.hpp"
#include "perfopt/stats/change_points.hpp"
#include "perfopt/stats/run_history.hpp"

namespace perfopt::report {
namespace {

using model::History;
using model::HistoryChange;
using model::HistorySeries;

constexpr double kCourseWidth = 860;
constexpr std::size_t kFewestJudged = 2 * stats::ChangeOptions{}.fewest;  // a step has so many runs on both sides

// Runs of the series that has the most.
std::size_t longest(const History& history) {
  std::size_t most = 0;
  for (const HistorySeries& series : history.series) most = std::max(most, series.points.size());
  return most;
}

bool drifts(const HistorySeries& series) {
  return series.trend && series.trend->significant;
}

bool changed_lately(const HistorySeries& series) {
  return !series.changes.empty() && series.changes.back().recent;
}

// Runs enough for a lasting change to be told.
bool is_judged(const HistorySeries& series) {
  return series.points.size() >= kFewestJudged || !series.changes.empty() || drifts(series);
}

// "too few (6 of 12)": what is said of a series that is not judged.
std::string too_few(std::size_t runs) {
  return "too few (" + std::to_string(runs) + " of " + std::to_string(kFewestJudged) + ")";
}

// 0 for what needs a look first.
unsigned rank_of(const HistorySeries& series) {
  if (stats::has_recent_slowdown(series)) return 0;
  if (drifts(series)) return 1;
  if (changed_lately(series)) return 2;
  return series.changes.empty() ? 4 : 3;
}

// By rank, else in the order of the document.
std::vector<const HistorySeries*> ranked(const History& history) {
  std::vector<const HistorySeries*> list;
  for (const HistorySeries& series : history.series) list.push_back(&series);
  std::ranges::stable_sort(list, {}, [](const HistorySeries* series) { return rank_of(*series); });
  return list;
}

std::size_t count_of(const History& history, bool (*holds)(const HistorySeries&)) {
  return static_cast<std::size_t>(std::ranges::count_if(history.series, holds));
}

std::string tile(const std::string& figure, std::string_view label, bool bad = false) {
  return "<li" + std::string(bad ? " class=\"bad\"" : "") + "><b>" + figure + "</b> " + std::string(label) + "</li>\n";
}

std::size_t runs_of(const History& history) {
  std::set<std::string_view> runs;
  for (const HistorySeries& series : history.series) {
    for (const model::HistoryPoint& point : series.points) runs.insert(point.run);
  }
  return runs.size();
}

// Zeros would say that nothing changed where nothing could be told.
std::string tiles(const History& history) {
  const std::string counts = "<ul class=\"tiles\">\n" + tile(format_count(history.series.size()), "benchmarks");
  if (std::ranges::none_of(history.series, is_judged)) {
    const std::size_t runs = longest(history);
    return counts + tile(format_count(runs), runs == 1 ? "run of a benchmark" : "runs of a benchmark at most") +
           tile(format_count(kFewestJudged), "runs are needed to tell a change") + "</ul>\n";
  }
  const std::size_t worse = count_of(history, stats::has_recent_slowdown);
  std::size_t changes = 0;
  for (const HistorySeries& series : history.series) changes += series.changes.size();
  return counts + tile(format_count(runs_of(history)), "runs") +
         tile((worse > 0 ? "▲ " : "") + format_count(worse), "worse lately", worse > 0) +
         tile(format_count(changes), "lasting changes in all") +
         tile(format_count(count_of(history, drifts)), "drift slowly") + "</ul>\n";
}

std::string commit_cell(const std::string& commit) {
  return "<td class=\"words\"><code>" + html_text(commit.substr(0, 12)) + "</code></td>";
}

std::string change_words(const HistoryChange& change) {
  const std::string_view sign = change.ratio.estimate > 1 ? "▲ " : "▼ ";
  return "<span class=\"" + std::string(change.worse ? "loses" : "wins") + "\">" + std::string(sign) +
         format_change(change.ratio.estimate) + (change.worse ? " worse" : " better") + "</span>";
}

std::string change_row(const HistorySeries& series, const HistoryChange& change) {
  const bool known = change.first < series.points.size();
  return "<tr><th class=\"words\" scope=\"row\">" + html_name(series.name) +
         (change.recent ? " <span class=\"tag\">lately</span>" : "") + "</th>" +
         sorted_cell(change_words(change), change.ratio.estimate, true) + "<td>" + format_change(change.ratio.low) +
         " to " + format_change(change.ratio.high) + "</td>" + commit_cell(change.first_commit) +
         commit_cell(change.last_commit) + "<td class=\"words\">" +
         html_text(known ? series.points[change.first].version : "", kNameLength) + "</td><td data-v=\"" +
         std::to_string(change.first) + "\">" + html_text(moment(change.started)) + "</td></tr>\n";
}

// A step needs runs on both sides of it, and that no step was found says little where there are few.
std::string nothing_changed(const History& history) {
  const std::size_t most = longest(history);
  if (most >= kFewestJudged) return "Nothing changed by more than noise.";
  const std::string next =
      " Record later runs as they come with <code>perfbench history record results.json</code>; two of them are "
      "compared by <code>perfbench compare BASE NEW</code>.";
  if (most == 0) return "No run is in the document." + next;
  if (most == 1) return "Each benchmark has one run, and that has nothing to be compared with." + next;
  return "Too few runs for an answer: a lasting change is told from " + std::to_string(kFewestJudged) +
         " runs of a benchmark in one environment on, and there are " + std::to_string(most) + " at most." + next;
}

std::string changes_table(const History& history, const std::vector<const HistorySeries*>& list) {
  std::string rows;
  for (const HistorySeries* series : list) {
    for (std::size_t i = series->changes.size(); i-- > 0;) rows += change_row(*series, series->changes[i]);
  }
  if (rows.empty()) return "<p>" + nothing_changed(history) + "</p>";
  return "<div class=\"scroll\" data-filter=\"changes\" role=\"group\" tabindex=\"0\" aria-label=\"Lasting "
         "changes\">\n<table data-sortable><caption>Every lasting change, what is worse lately first</caption>\n"
         "<thead><tr><th class=\"words\" scope=\"col\">benchmark</th><th class=\"words\" scope=\"col\">change</th>"
         "<th scope=\"col\">95 % interval</th><th class=\"words\" scope=\"col\">since commit</th>"
         "<th class=\"words\" scope=\"col\">last before</th><th class=\"words\" scope=\"col\">version</th>"
         "<th scope=\"col\">measured</th></tr></thead>\n<tbody>\n" +
         rows + "</tbody>\n</table></div>\n";
}

std::string series_id(const IdPrefix& prefix, std::size_t index) {
  return prefix + "series-" + std::to_string(index + 1);
}

std::string drawing(const HistorySeries& series, const std::string& id) {
  std::string out = "<section class=\"problem\" aria-labelledby=\"" + id + "-name\">\n<h3 id=\"" + id + "-name\">" +
                    html_name(series.name) + "</h3>\n<ul class=\"marks\">\n";
  for (const HistoryChange& change : series.changes) {
    out += "<li class=\"" + std::string(change.worse ? "lose" : "win") +
           "\"><span class=\"mark\" aria-hidden=\"true\">" + (change.ratio.estimate > 1 ? "▲" : "▼") + "</span>" +
           html_text(change_line(series, change)) + "</li>\n";
  }
  const std::string drift = trend_line(series);
  if (!drift.empty()) {
    out += "<li class=\"even\"><span class=\"mark\" aria-hidden=\"true\">~</span>" + html_text(drift) + "</li>\n";
  }
  const std::string live = is_long(series) ? " data-lines=\"" + id + "\"" : "";
  const auto panel = history_panel(series);
  if (!panel) return out + "</ul>\n</section>\n";
  const std::string label = series.name + " over " + plural(series.points.size(), "run", "runs");
  return out + "</ul>\n<figure" + live +
         ">\n<div class=\"scroll\" tabindex=\"0\" role=\"group\" "
         "aria-label=\"Runs, scrolls sideways\">\n" +
         panel_svg(*panel, label, kCourseWidth) + "</div>\n<figcaption>" + panel->caption + " Measured on " +
         html_text(series.machine) + ".</figcaption>\n</figure>\n</section>\n";
}

// The machine of all series; "" where they differ.
std::string machine_of_all(const History& history) {
  if (history.series.empty()) return "";
  const std::string& first = history.series.front().machine;
  const bool same = std::ranges::all_of(history.series, [&](const auto& series) { return series.machine == first; });
  return same ? first : "";
}

std::string verdict_cells(const HistorySeries& series) {
  if (!is_judged(series)) {
    const std::string cell = sorted_cell(too_few(series.points.size()), std::nullopt, true);
    return cell + cell;
  }
  std::string out;
  if (series.changes.empty()) {
    out += sorted_cell("none", std::nullopt, true);
  } else {
    out += sorted_cell(change_words(series.changes.back()), series.changes.back().ratio.estimate, true);
  }
  if (drifts(series)) {
    const double slope = series.trend->per_10_runs.estimate;
    out += sorted_cell(format_change(slope) + " in 10 runs", slope, true);
  } else {
    out += sorted_cell("no", std::nullopt, true);
  }
  return out;
}

std::string series_row(const HistorySeries& series, bool with_machine) {
  const auto& points = series.points;
  const double latest = points.empty() ? std::nan("") : points.back().median;
  std::string out =
      "<tr><th class=\"words\" scope=\"row\">" + html_name(series.name) + "</th><td>" + format_count(points.size()) +
      "</td>" +
      sorted_cell(std::isfinite(latest) ? html_text(value_words(latest, series.unit), kNameLength) : "-", latest) +
      "<td>" + history_spark(series) + "</td>";
  out += verdict_cells(series);
  if (with_machine) out += "<td class=\"words\">" + html_text(series.machine, kNameLength) + "</td>";
  return out + "</tr>\n";
}

std::string series_table(const History& history) {
  if (history.series.empty()) return "<p>No run is in the document.</p>";
  const std::string machine = machine_of_all(history);
  std::string rows;
  for (const HistorySeries& series : history.series) rows += series_row(series, machine.empty());
  std::string out = machine.empty() ? "" : "<p>All on " + html_text(machine, 4 * kNameLength) + ".</p>\n";
  out +=
      "<div class=\"scroll\" data-filter=\"benchmarks\" role=\"group\" tabindex=\"0\" aria-label=\"All "
      "benchmarks\">\n<table data-sortable><caption>Every benchmark by its medians</caption>\n<thead><tr>"
      "<th class=\"words\" scope=\"col\">benchmark</th><th scope=\"col\">runs</th><th scope=\"col\">latest</th>"
      "<th scope=\"col\">course</th><th class=\"words\" scope=\"col\">last change</th>"
      "<th class=\"words\" scope=\"col\">drift</th>";
  if (machine.empty()) out += "<th class=\"words\" scope=\"col\">machine</th>";
  return out + "</tr></thead>\n<tbody>\n" + rows + "</tbody>\n</table></div>\n";
}

std::string span_words(const History& history) {
  std::string first;
  std::string last;
  for (const HistorySeries& series : history.series) {
    if (series.points.empty()) continue;
    const std::string& from = series.points.front().started;
    if (first.empty() || from < first) first = from;
    last = std::max(last, series.points.back().started);
  }
  return first.empty() ? "" : " · " + html_text(moment(first)) + " to " + html_text(moment(last));
}

constexpr std::string_view kFootnote =
    "A change is a step of the medians that lasts, larger than the runs around it scatter; its interval is 95 %. "
    "\"Lately\" "
    "is within the last 10 runs. A drift is a slow slope since the last change, and is named where it is more than "
    "noise.";

}  // namespace

std::string history_answer(const History& history) {
  const std::size_t worse = count_of(history, stats::has_recent_slowdown);
  if (history.series.empty()) return "No run was recorded";
  if (longest(history) < 2) return "One run, and nothing to compare it with yet";
  if (worse > 0) return plural(worse, "benchmark", "benchmarks") + " changed for the worse lately";
  const std::size_t drifting = count_of(history, drifts);
  if (drifting > 0)
    return "No step for the worse lately, but " + plural(drifting, "benchmark drifts", "benchmarks drift");
  const std::size_t runs = longest(history);
  if (runs < kFewestJudged) return "Too few runs to tell a change: " + std::to_string(runs);
  return "Nothing changed for the worse lately";
}

Article history_article(const History& history, std::string_view origin, const IdPrefix& prefix) {
  const std::vector<const HistorySeries*> list = ranked(history);
  Article article;
  std::string drawings;
  std::size_t drawn = 0;
  for (const HistorySeries* series : list) {
    if (series->changes.empty() && !drifts(*series)) continue;
    if (drawn == kMostDrawnSeries) break;
    const std::string id = series_id(prefix, drawn++);
    drawings += drawing(*series, id);
    if (is_long(*series)) article.islands.push_back(history_island(*series, id));
  }
  article.prefix = prefix;
  article.style = "history";
  article.title = "History: " + std::string(origin);
  article.kind = "history";
  article.heading = history_answer(history);
  article.origin = "<code>" + html_text(origin) + "</code>" + span_words(history);
  article.links.push_back({prefix + "changes", "Changes"});
  if (drawn > 0) article.links.push_back({prefix + "courses", "Courses"});
  article.links.push_back({prefix + "series", "All benchmarks"});
  article.body = tiles(history) +
                 page_section(prefix, "changes", "What changed, and since when", changes_table(history, list)) +
                 (drawn > 0 ? page_section(prefix, "courses", "Course of what changed or drifts", drawings) : "") +
                 page_section(prefix, "series", "All benchmarks", series_table(history));
  article.footnote = kFootnote;
  return article;
}

}  // namespace perfopt::report
