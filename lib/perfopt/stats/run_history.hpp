// SPDX-License-Identifier: Apache-2.0
// From results to a history, and from a history to what changed in it.
//
// The unit is the run: what its samples scatter says nothing about how runs differ, so they count by their median.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "perfopt/model/comparison.hpp"
#include "perfopt/model/history.hpp"
#include "perfopt/model/result_set.hpp"

namespace perfopt::stats {

// The good results with median and quartiles; without an id. What has no samples, or one that is not finite, is left
// out. `started` is that of the results or, where they do not tell, `now`.
[[nodiscard]] model::HistoryRun run_of(const model::ResultSet& results, const std::string& now);

// The results of runs as series, one for each benchmark, unit and environment, in the order in which they first appear;
// points by time, not yet judged.
[[nodiscard]] std::vector<model::HistorySeries> series_of(std::span<const model::HistoryRun> runs);

// Fills in changes and trend. A change is recent when its first run is among the last `since`.
void judge_series(model::HistorySeries& series, std::size_t since);

// A recent change for the worse.
[[nodiscard]] bool has_recent_slowdown(const model::HistorySeries& series);

// Indices of the runs that `name` means, the first of: an id or at least six digits of one; a version; a name of a
// baseline; a commit or at least four digits of one; a branch. Throws BadInput for digits that fit several ids or
// commits, and when nothing is called so.
[[nodiscard]] std::vector<std::size_t> runs_called(std::span<const model::HistoryRun> runs, const std::string& name);

struct RunsToCompare {
  std::string label;
  std::vector<model::HistoryRun> runs;  // with results
};

// Every benchmark by its medians in the runs of both sides, with the spread between runs as the error. Less than
// kFewestRuns on a side bear no verdict: the comparison says so, and what would decide.
// `threshold`: margin of "the same"; the family is held at 1 % (Holm 1979).
[[nodiscard]] model::Comparison compare_runs(const RunsToCompare& base, const RunsToCompare& changed, double threshold);

inline constexpr std::size_t kFewestRuns = 4;

}  // namespace perfopt::stats
