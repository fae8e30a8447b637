// SPDX-License-Identifier: Apache-2.0
// Slow drift: a straight line through a series, and whether it is more than noise.
//
// The slope is the median of the slopes of all pairs (Theil 1950, Sen 1968), which up to a quarter of outliers do not
// move; its significance and interval come from the Mann-Kendall statistic, whose variance is corrected for runs that
// are alike because they follow each other (Hamed, Rao 1998, with the lag-1 correlation of what the line leaves).
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "perfopt/model/scaling.hpp"

namespace perfopt::stats {

inline constexpr std::size_t kFewestOfTrend = 10;
inline constexpr std::size_t kMostOfLine = 2000;  // values; pairs are n (n - 1) / 2

struct Line {
  double start = 0;  // at 0
  double slope = 0;  // for each step of 1
  [[nodiscard]] double at(double x) const { return start + slope * x; }
};

// Through values at 0, 1, 2, ...; at most kMostOfLine and at least one.
[[nodiscard]] Line line_through(std::span<const double> values);

struct Trend {
  model::Interval slope;     // of the logarithm of the values, for each step of `x`; 95 %
  bool significant = false;  // two-sided, at 1 %
};

// Of values at `x`, ascending; the latest kMostOfLine of them. Empty for fewer than kFewestOfTrend, for values that are
// not positive and finite, and where all x are equal.
[[nodiscard]] std::optional<Trend> trend(std::span<const double> x, std::span<const double> values);

}  // namespace perfopt::stats
