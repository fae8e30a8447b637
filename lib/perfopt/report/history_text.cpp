// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/history_text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string_view>
#include <utility>
#include <vector>

#include "perfopt/core/units.hpp"
#include "perfopt/report/escape.hpp"
#include "perfopt/report/text_layout.hpp"

namespace perfopt::report {
namespace {

using model::History;
using model::HistoryPoint;
using model::HistorySeries;

constexpr std::size_t kIdDigits = 10;
constexpr std::size_t kCommitDigits = 12;
constexpr std::size_t kLine = 60;         // characters of a sparkline
constexpr std::size_t kShownPoints = 10;  // unless verbose
constexpr std::array<std::string_view, 8> kHeights{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};

std::string percent(double share, int digits, bool sign) {
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), sign ? "%+.*f" : "%.*f", digits, 100 * share);
  return text.data();
}

// Small changes need the second digit.
int digits_for(double share) {
  return std::abs(share) < 0.0995 ? 2 : 1;
}

// "+0.8 % (0.2 to 1.4 %)" of a factor.
std::string signed_change(const model::Interval& factor) {
  const int digits = digits_for(factor.estimate - 1);
  return percent(factor.estimate - 1, digits, true) + " % (" + percent(factor.low - 1, digits, true) + " to " +
         percent(factor.high - 1, digits, true) + " %)";
}

std::string value_text(double value, const std::string& unit) {
  if (unit == "ns") return format_duration_ns(value);
  if (unit == "bytes") return format_bytes(value);
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%.4g", value);
  return std::string(text.data()) + (unit.empty() || unit == "1" ? "" : " " + printable(unit, kNameLength));
}

std::string exact(double value) {
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%.17g", value);
  return text.data();
}

// "2026-11-21 13:53".
std::string minute(const std::string& moment) {
  std::string text = moment.substr(0, 16);
  std::replace(text.begin(), text.end(), 'T', ' ');
  return text;
}

std::string commit_text(const std::string& commit, bool dirty) {
  if (commit.empty()) return "";
  return commit.substr(0, kCommitDigits) + (dirty ? "+changes" : "");
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

// Rows of cells that each format writes in its own way.
struct Table {
  std::vector<TextTable::Column> columns;
  std::vector<std::vector<std::string>> rows;
};

std::string console(const Table& table, const HistoryTextOptions& options, std::string_view indent) {
  TextTable text(table.columns);
  for (const auto& row : table.rows) {
    std::vector<std::string> cells;
    for (const std::string& cell : row) cells.push_back(printable(cell));
    text.add(std::move(cells));
  }
  return text.text(indent, options.width, options.color);
}

std::string markdown(const Table& table) {
  std::string text = "|";
  for (const auto& column : table.columns) text += " " + column.head + " |";
  text += "\n|";
  for (const auto& column : table.columns) text += column.to_right ? " ---: |" : " --- |";
  for (const auto& row : table.rows) {
    text += "\n|";
    for (const std::string& cell : row) text += " " + markdown_text(cell) + " |";
  }
  return text + "\n";
}

std::string csv(const std::vector<std::vector<std::string>>& rows) {
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) text += (i == 0 ? "" : ",") + csv_text(row[i]);
    text += "\n";
  }
  return text;
}

Table runs_table(const std::vector<model::HistoryRun>& runs, bool verbose) {
  Table table{{{"run", true, 32},
               {"measured", true, 16},
               {"commit", true, 21},
               {"branch", false},
               {"version", false},
               {"baseline", false},
               {"tool", false},
               {"environment", false, 48}},
              {}};
  for (const auto& run : runs) {
    table.rows.push_back({verbose ? run.id : run.id.substr(0, kIdDigits), minute(run.started),
                          commit_text(run.commit, run.dirty), run.branch, run.version, joined(run.baselines), run.tool,
                          run.environment.substr(0, 6) + " " + run.machine});
  }
  return table;
}

Table baselines_table(const std::vector<model::HistoryBaseline>& baselines) {
  Table table{{{"baseline", false},
               {"run", true},
               {"measured", true, 16},
               {"commit", true, 21},
               {"version", false},
               {"environment", false, 48}},
              {}};
  for (const auto& one : baselines) {
    table.rows.push_back({one.name, one.run.substr(0, kIdDigits), minute(one.started), commit_text(one.commit, false),
                          one.version, one.environment.substr(0, 6) + " " + one.machine});
  }
  return table;
}

Table points_table(const HistorySeries& series, bool all) {
  Table table{{{"measured", false, 16},
               {"commit", false, 21},
               {"version", false},
               {"median"},
               {"quartiles", false, 32},
               {"", false, 8}},
              {}};
  const std::size_t count = series.points.size();
  for (std::size_t i = all ? 0 : count - std::min(count, kShownPoints); i < count; ++i) {
    const HistoryPoint& point = series.points[i];
    const bool changed = std::ranges::any_of(series.changes, [&](const auto& change) { return change.first == i; });
    const std::string quartiles =
        point.low == point.high ? ""
                                : value_text(point.low, series.unit) + " to " + value_text(point.high, series.unit);
    table.rows.push_back({minute(point.started), commit_text(point.commit, point.dirty), point.version,
                          value_text(point.median, series.unit), quartiles, changed ? "change" : ""});
  }
  return table;
}

std::vector<double> medians_of(const HistorySeries& series) {
  std::vector<double> medians;
  for (const HistoryPoint& point : series.points) medians.push_back(point.median);
  return medians;
}

std::string console_series(const HistorySeries& series, const HistoryTextOptions& options) {
  std::string text = painted(printable(series.name), Ink::strong, options.color) + "  " +
                     format_count(series.points.size()) + (series.points.size() == 1 ? " run" : " runs") + " on " +
                     printable(series.machine) + "\n";
  if (series.points.empty()) return text;
  const std::size_t width = std::min<std::size_t>(kLine, options.width > 30 ? options.width - 24 : 8);
  text +=
      "  " + sparkline(medians_of(series), width) + "  " + value_text(series.points.back().median, series.unit) + "\n";
  for (const auto& change : series.changes) {
    const Ink ink = change.worse ? Ink::bad : Ink::good;
    text += painted(wrapped(printable(change_line(series, change)), "  ", options.width), ink, options.color);
  }
  const std::string drift = trend_line(series);
  if (!drift.empty()) text += painted(wrapped(printable(drift), "  ", options.width), Ink::doubtful, options.color);
  if (series.changes.empty() && drift.empty()) text += "  no change\n";
  return text + console(points_table(series, options.verbose), options, "    ") + "\n";
}

std::string markdown_series(const HistorySeries& series, bool verbose) {
  std::string text = "### " + markdown_text(series.name) + "\n\n" + markdown_text(series.machine) + "\n\n";
  for (const auto& change : series.changes) text += "- " + markdown_text(change_line(series, change)) + "\n";
  const std::string drift = trend_line(series);
  if (!drift.empty()) text += "- " + markdown_text(drift) + "\n";
  if (series.changes.empty() && drift.empty()) text += "No change.\n";
  return text + "\n" + markdown(points_table(series, verbose)) + "\n";
}

std::string csv_of(const History& history) {
  std::vector<std::vector<std::string>> rows;
  if (!history.runs.empty()) {
    rows.push_back({"run", "started", "commit", "dirty", "branch", "version", "baselines", "tool", "origin",
                    "environment", "machine"});
    for (const auto& run : history.runs) {
      rows.push_back({run.id, run.started, run.commit, run.dirty ? "1" : "0", run.branch, run.version,
                      joined(run.baselines), run.tool, run.origin, run.environment, run.machine});
    }
  } else if (!history.series.empty()) {
    rows.push_back({"benchmark", "unit", "environment", "run", "started", "commit", "dirty", "branch", "version",
                    "median", "low", "high", "samples", "change"});
    for (const HistorySeries& series : history.series) {
      for (std::size_t i = 0; i < series.points.size(); ++i) {
        const HistoryPoint& point = series.points[i];
        std::string ratio;
        for (const auto& change : series.changes) ratio += change.first == i ? exact(change.ratio.estimate) : "";
        rows.push_back({series.name, series.unit, series.environment, point.run, point.started, point.commit,
                        point.dirty ? "1" : "0", point.branch, point.version, exact(point.median), exact(point.low),
                        exact(point.high), std::to_string(point.count), ratio});
      }
    }
  } else {
    rows.push_back({"baseline", "environment", "machine", "run", "started", "commit", "version"});
    for (const auto& one : history.baselines) {
      rows.push_back({one.name, one.environment, one.machine, one.run, one.started, one.commit, one.version});
    }
  }
  return csv(rows);
}

}  // namespace

std::string sparkline(std::span<const double> values, std::size_t width) {
  if (values.empty() || width == 0) return "";
  const std::size_t bins = std::min(width, values.size());
  std::vector<double> heights;
  for (std::size_t bin = 0; bin < bins; ++bin) {
    const std::size_t from = bin * values.size() / bins;
    const std::size_t end = (bin + 1) * values.size() / bins;
    std::vector<double> part(values.begin() + static_cast<std::ptrdiff_t>(from),
                             values.begin() + static_cast<std::ptrdiff_t>(end));
    std::ranges::nth_element(part, part.begin() + static_cast<std::ptrdiff_t>(part.size() / 2));
    heights.push_back(part[part.size() / 2]);
  }
  const auto [low, high] = std::ranges::minmax(heights);
  std::string text;
  for (const double height : heights) {
    const double share = high > low ? (height - low) / (high - low) : 0.5;
    const double place = std::isfinite(share) ? std::clamp(share * 8, 0.0, 7.0) : 0;
    text += kHeights[static_cast<std::size_t>(place)];
  }
  return text;
}

std::string change_line(const HistorySeries& series, const model::HistoryChange& change) {
  const bool less = change.ratio.estimate < 1;
  const auto size = [&](double ratio) { return less ? 1 - ratio : ratio - 1; };
  const int digits = digits_for(size(change.ratio.estimate));
  const bool is_time = series.unit == "ns";
  std::string words = less ? "less by " : "more by ";
  if (is_time) words = less ? "faster by " : "slower by ";
  if (series.higher_is_better) words = less ? "lower rate by " : "higher rate by ";
  std::string text = words + percent(size(change.ratio.estimate), digits, false) + " % (" +
                     percent(size(less ? change.ratio.high : change.ratio.low), digits, false) + " to " +
                     percent(size(less ? change.ratio.low : change.ratio.high), digits, false) + " %) since ";
  text += change.first_commit.empty() ? minute(change.started) : change.first_commit.substr(0, kCommitDigits);
  if (!change.last_commit.empty() && change.last_commit != change.first_commit) {
    text += " (last before: " + change.last_commit.substr(0, kCommitDigits) + ")";
  }
  if (!change.first_commit.empty()) text += ", " + minute(change.started);
  return text;
}

std::string trend_line(const HistorySeries& series) {
  if (!series.trend || !series.trend->significant) return "";
  std::string text = "drifts by " + signed_change(series.trend->per_10_runs) + " in 10 runs";
  if (series.trend->per_30_days) text += ", " + signed_change(*series.trend->per_30_days) + " in 30 days";
  return text + ", over " + std::to_string(series.trend->points) + " runs";
}

std::string history_text(const History& history, const HistoryTextOptions& options) {
  if (options.format == HistoryFormat::csv) return csv_of(history);
  const bool is_markdown = options.format == HistoryFormat::markdown;
  std::string text;
  for (const HistorySeries& series : history.series) {
    text += is_markdown ? markdown_series(series, options.verbose) : console_series(series, options);
  }
  std::vector<Table> tables;
  if (!history.runs.empty()) tables.push_back(runs_table(history.runs, options.verbose));
  if (!history.baselines.empty()) tables.push_back(baselines_table(history.baselines));
  for (const Table& table : tables) text += is_markdown ? markdown(table) : console(table, options, "");
  return text;
}

}  // namespace perfopt::report
