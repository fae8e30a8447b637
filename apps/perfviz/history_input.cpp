// SPDX-License-Identifier: Apache-2.0
#include "history_input.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "perfopt/core/error.hpp"
#include "perfopt/model/history_json.hpp"
#include "perfopt/stats/run_history.hpp"

namespace perfviz {
namespace {

namespace model = perfopt::model;

constexpr std::size_t kSince = 10;  // a change within so many runs is recent

// A document a line; one document over several lines is an export as well.
std::vector<model::HistoryRun> runs_in(std::string_view text, const std::string& origin) {
  std::vector<model::HistoryRun> runs;
  const auto take = [&](std::string_view document, const std::string& place) {
    for (model::HistoryRun& run : model::history_from_json(document, place).runs) runs.push_back(std::move(run));
  };
  if (!text.substr(0, text.find('\n')).ends_with('}')) {
    take(text, origin);
    return runs;
  }
  std::size_t number = 0;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    ++number;
    if (!line.empty()) take(line, origin + ":" + std::to_string(number));
  }
  return runs;
}

model::HistoryPoint point_of(const model::HistoryRun& run, const model::HistoryResult& result) {
  return {run.id,    run.started,   run.commit, run.branch,  run.version,
          run.dirty, result.median, result.low, result.high, result.count};
}

}  // namespace

std::vector<model::HistorySeries> history_series(std::string_view text, const std::string& origin) {
  std::vector<model::HistoryRun> runs = runs_in(text, origin);
  std::ranges::stable_sort(runs, {}, &model::HistoryRun::started);
  std::map<std::tuple<std::string, std::string, std::string>, model::HistorySeries> by_name;
  for (const model::HistoryRun& run : runs) {
    for (const model::HistoryResult& result : run.results) {
      model::HistorySeries& series = by_name[{result.name, result.unit, run.environment}];
      series.name = result.name;
      series.unit = result.unit;
      series.environment = run.environment;
      series.machine = run.machine;
      series.higher_is_better = result.higher_is_better;
      series.points.push_back(point_of(run, result));
    }
  }
  if (by_name.empty()) {
    throw perfopt::BadInput(origin + ": no run in it has results; expected the output of `perfbench history export`");
  }
  std::vector<model::HistorySeries> all;
  for (auto& [name, series] : by_name) {
    perfopt::stats::judge_series(series, kSince);
    all.push_back(std::move(series));
  }
  return all;
}

}  // namespace perfviz
