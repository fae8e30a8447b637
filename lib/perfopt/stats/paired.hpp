// SPDX-License-Identifier: Apache-2.0
// Robust summaries of samples, and the ratio of two paired samples with an exact interval.
//
// Pure functions over spans. A value that too few samples bear is empty, not a guess.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "perfopt/model/suite.hpp"

namespace perfopt::stats {

// Linear interpolation between order statistics (type 7 of Hyndman and Fan 1996). `q` in [0, 1]; NaN when empty.
[[nodiscard]] double quantile(std::span<const double> values, double q);
[[nodiscard]] inline double median(std::span<const double> values) {
  return quantile(values, 0.5);
}

// The typical ratio numerator[i] / denominator[i] and its 95 % interval: Hodges-Lehmann estimate of the log ratio
// with the interval of the exact Wilcoxon signed-rank distribution. Assumes pairs independent and log ratios
// symmetric about their median; nothing about their shape. Empty for fewer than 6 pairs (no 95 % interval exists),
// for unequal lengths and for a value that is not positive and finite.
// Source: Hollander, Wolfe, Chicken, Nonparametric Statistical Methods, 3rd ed., 3.2-3.3.
[[nodiscard]] std::optional<model::Interval> paired_ratio(std::span<const double> numerator,
                                                          std::span<const double> denominator);

// Fewest pairs for which paired_ratio gives an interval.
inline constexpr std::size_t kFewestPairs = 6;

}  // namespace perfopt::stats
