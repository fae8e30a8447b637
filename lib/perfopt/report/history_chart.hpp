// SPDX-License-Identifier: Apache-2.0
// One series of a history as a static SVG: medians of runs by order, quartiles as a band, lasting changes marked.
//
// The horizontal axis is the order of runs, since what matters is which commit came first; versions are written below
// where they begin. A change is a dashed line with a triangle, up for more and down for less, and the levels before and
// after it are thick lines. More than kMostColumns runs are drawn as the least and the most of each column, so that one
// slow run stays visible. Values that are not finite are left out. Internal to report/.
#pragma once

#include <cstddef>
#include <string>

#include "perfopt/model/history.hpp"
#include "perfopt/report/page.hpp"

namespace perfopt::report {

inline constexpr std::size_t kMostColumns = 640;

// `id`: unique in the page, for the title. "" when no point can be drawn.
[[nodiscard]] std::string history_chart(const model::HistorySeries& series, const std::string& id);

// The medians alone, as wide as a cell of a table; "" likewise.
[[nodiscard]] std::string history_spark(const model::HistorySeries& series);

// Of so many runs that the static chart cannot show each, so that a live one tells more.
[[nodiscard]] bool is_long(const model::HistorySeries& series);

// For the script, of a long series: least and most median of buckets of runs with their quartiles, days and commits,
// and what changed (line_buckets.hpp).
[[nodiscard]] std::string history_island(const model::HistorySeries& series, const std::string& id);

}  // namespace perfopt::report
