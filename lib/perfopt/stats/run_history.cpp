// SPDX-License-Identifier: Apache-2.0
#include "perfopt/stats/run_history.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "perfopt/core/error.hpp"
#include "perfopt/core/timestamp.hpp"
#include "perfopt/stats/change_points.hpp"
#include "perfopt/stats/paired.hpp"
#include "perfopt/stats/trend.hpp"

namespace perfopt::stats {
namespace {

constexpr double kMonth = 30 * 86'400.0;

bool usable(const model::Result& result) {
  return result.failure.empty() && !result.samples.empty() &&
         std::ranges::all_of(result.samples, [](double sample) { return std::isfinite(sample); });
}

model::HistoryResult summary_of(const model::Result& result) {
  const std::span<const double> samples(result.samples);
  model::HistoryResult summary{result.name, result.unit, result.higher_is_better, median(samples),
                               0,           0,           samples.size(),          result.samples};
  summary.low = quantile(samples, 0.25);
  summary.high = quantile(samples, 0.75);
  if (samples.size() == 1 && result.spread && std::isfinite(*result.spread)) {
    summary.low -= summary.median * *result.spread / 2;
    summary.high += summary.median * *result.spread / 2;
  }
  return summary;
}

// A slope of logarithms, `steps` of it, as a factor.
model::Interval factor(const model::Interval& slope, double steps) {
  return {std::exp(slope.estimate * steps), std::exp(slope.low * steps), std::exp(slope.high * steps)};
}

void judge_trend(model::HistorySeries& series, std::span<const double> medians) {
  const std::size_t from = series.changes.empty() ? 0 : series.changes.back().first;
  std::vector<double> runs;
  std::vector<double> moments;
  for (std::size_t i = from; i < series.points.size(); ++i) {
    runs.push_back(static_cast<double>(i - from));
    moments.push_back(static_cast<double>(parse_utc(series.points[i].started).value_or(0)));
  }
  const auto by_run = trend(runs, medians.subspan(from));
  if (!by_run) return;
  series.trend = model::HistoryTrend{factor(by_run->slope, 10), {}, runs.size(), by_run->significant};
  if (const auto by_time = trend(moments, medians.subspan(from))) {
    series.trend->per_30_days = factor(by_time->slope, kMonth);
  }
}

bool is_id_start(const std::string& name, std::size_t fewest) {
  return name.size() >= fewest && name.find_first_not_of("0123456789abcdef") == std::string::npos;
}

std::vector<std::size_t> where(std::span<const model::HistoryRun> runs, const auto& fits) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (fits(runs[i])) found.push_back(i);
  }
  return found;
}

}  // namespace

model::HistoryRun run_of(const model::ResultSet& results, const std::string& now) {
  model::HistoryRun run;
  const auto started = parse_utc(results.started);
  run.started = started ? utc_text(*started) : now;
  run.commit = results.commit;
  run.branch = results.branch;
  run.version = results.version;
  run.machine = model::machine_text(results.environment);
  run.environment = model::fingerprint_of(run.machine);
  run.tool = results.tool;
  run.origin = results.origin;
  for (const model::Result& result : results.results) {
    if (usable(result)) run.results.push_back(summary_of(result));
  }
  return run;
}

std::vector<model::HistorySeries> series_of(std::span<const model::HistoryRun> runs) {
  std::vector<model::HistorySeries> all;
  std::map<std::tuple<std::string, std::string, std::string>, std::size_t> places;
  for (const model::HistoryRun& run : runs) {
    for (const model::HistoryResult& result : run.results) {
      const auto [place, is_new] = places.try_emplace({result.name, result.unit, run.environment}, all.size());
      if (is_new) {
        all.push_back({result.name, result.unit, run.environment, run.machine, result.higher_is_better, {}, {}, {}});
      }
      all[place->second].points.push_back({run.id, run.started, run.commit, run.branch, run.version, run.dirty,
                                           result.median, result.low, result.high, result.count});
    }
  }
  for (model::HistorySeries& series : all) {
    std::ranges::stable_sort(series.points, {}, &model::HistoryPoint::started);
  }
  return all;
}

void judge_series(model::HistorySeries& series, std::size_t since) {
  std::vector<double> medians;
  for (const model::HistoryPoint& point : series.points) medians.push_back(point.median);
  series.changes.clear();
  for (const ChangePoint& found : change_points(medians)) {
    model::HistoryChange change;
    change.first = found.first;
    change.last_commit = series.points[found.first - 1].commit;
    change.first_commit = series.points[found.first].commit;
    change.started = series.points[found.first].started;
    change.ratio = found.ratio;
    change.worse = (found.ratio.estimate > 1) != series.higher_is_better;
    change.recent = found.first + since >= medians.size();
    series.changes.push_back(change);
  }
  series.trend.reset();
  judge_trend(series, medians);
}

bool has_recent_slowdown(const model::HistorySeries& series) {
  return !series.changes.empty() && series.changes.back().worse && series.changes.back().recent;
}

std::vector<std::size_t> runs_called(std::span<const model::HistoryRun> runs, const std::string& name) {
  using Run = model::HistoryRun;
  auto found = where(runs, [&](const Run& run) { return is_id_start(name, 6) && run.id.starts_with(name); });
  if (found.size() > 1) {
    throw BadInput("'" + name + "' is the start of " + std::to_string(found.size()) +
                   " ids; give more digits (`perfbench history list --verbose` shows them)");
  }
  if (found.empty()) found = where(runs, [&](const Run& run) { return run.version == name; });
  if (found.empty()) {
    found = where(runs, [&](const Run& run) { return std::ranges::find(run.baselines, name) != run.baselines.end(); });
  }
  if (found.empty()) found = where(runs, [&](const Run& run) { return run.commit == name; });
  if (found.empty()) {
    found = where(runs, [&](const Run& run) { return name.size() >= 4 && run.commit.starts_with(name); });
    const auto other = [&](std::size_t i) { return runs[i].commit != runs[found.front()].commit; };
    if (std::ranges::any_of(found, other)) {
      throw BadInput("'" + name + "' is the start of several commits; give more digits");
    }
  }
  if (found.empty()) found = where(runs, [&](const Run& run) { return run.branch == name; });
  if (found.empty() || name.empty()) {
    throw BadInput("no run has '" + name +
                   "' as its id, version, baseline, commit or branch; `perfbench history list` shows them");
  }
  return found;
}

}  // namespace perfopt::stats
