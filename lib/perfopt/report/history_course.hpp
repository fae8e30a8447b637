// SPDX-License-Identifier: Apache-2.0
// The course of one series of a history in as few points as there is room for: what its chart, the cell of a table and
// the script of the page draw.
//
// Runs stand side by side in their order, since what matters is which commit came first. More of them than there is
// room for are told as the least and the most of each column, so that one slow run stays visible. Values that are not
// finite are left out. Internal to report/.
#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "perfopt/model/history.hpp"

namespace perfopt::report {

// Runs of one column: the middle of their indices, the span of their medians and that of their quartiles.
struct RunBucket {
  double index = 0;
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  double band_low = low;
  double band_high = high;
};

// At most `most`, ascending, each of runs with a finite median; a run without quartiles has its median for them.
[[nodiscard]] std::vector<RunBucket> run_buckets(const model::HistorySeries& series, std::size_t most);

// The medians alone as an SVG, as wide as a cell of a table; "" with fewer than two.
[[nodiscard]] std::string history_spark(const model::HistorySeries& series);

// Of so many runs that the static chart cannot show each, so that a live one tells more.
[[nodiscard]] bool is_long(const model::HistorySeries& series);

// For the script, of a long series: least and most median of buckets of runs with their quartiles, days and commits,
// and what changed (line_buckets.hpp).
[[nodiscard]] std::string history_island(const model::HistorySeries& series, const std::string& id);

}  // namespace perfopt::report
