// SPDX-License-Identifier: Apache-2.0
// A history as an article of a page: what changed lately, what changed before, what drifts, and since which commit.
//
// The series are judged already (stats::judge_series); the page finds nothing itself. Series with a change or a drift
// are drawn, kMostDrawnSeries of them at most, recent slowdowns first; all of them stand in a table. Any document gives
// an article: no series, one run, values that are not finite.
#pragma once

#include <cstddef>

#include "perfopt/model/history.hpp"
#include "perfopt/report/page.hpp"

namespace perfopt::report {

inline constexpr std::size_t kMostDrawnSeries = 40;

// `origin`: where it came from, shown below the heading.
[[nodiscard]] Article history_article(const model::History& history, std::string_view origin, const IdPrefix& prefix);

// "2 benchmarks changed for the worse lately": the answer, as a sentence without an end.
[[nodiscard]] std::string history_answer(const model::History& history);

}  // namespace perfopt::report
