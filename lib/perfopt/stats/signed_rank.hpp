// SPDX-License-Identifier: Apache-2.0
// The Wilcoxon signed-rank distribution, by way of the Walsh averages that carry its estimate and intervals as well.
//
// Exact up to 60 observations; normal beyond, which is on the safe side: its tails are the heavier ones.
// Source: Hollander, Wolfe, Chicken, Nonparametric Statistical Methods, 3rd ed., 3.1-3.3.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace perfopt::stats {

// The averages of all pairs of values, each value with itself as well, ascending. The number of positive ones is the
// signed-rank statistic W+, their median the Hodges-Lehmann estimate. n (n + 1) / 2 values.
[[nodiscard]] std::vector<double> walsh_averages(std::span<const double> values);

// P(W+ >= sum) for n observations that are independent and symmetric about 0.
[[nodiscard]] double upper_tail(std::size_t n, double sum);

// The k for which the k-th smallest and the k-th largest Walsh average bound the centre of symmetry, each of them with
// an error of at most `tail`; 0 when so few observations bear no such bound.
[[nodiscard]] std::size_t bound_rank(std::size_t n, double tail);

// z with P(Z >= z) = tail for a standard normal Z; `tail` in (0, 0.5].
[[nodiscard]] double normal_upper_quantile(double tail);

}  // namespace perfopt::stats
