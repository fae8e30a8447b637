// SPDX-License-Identifier: Apache-2.0
// Figures of noise: how much samples vary, how much they hang together, what two sessions can tell.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace perfopt::stats {

// 1.4826 times the median distance from the median, which is the standard deviation of a normal sample. 0 when empty.
[[nodiscard]] double robust_deviation(std::span<const double> values);
// The same of the distances from `middle`, for a centre that is known otherwise.
[[nodiscard]] double robust_deviation(std::span<const double> values, double middle);
// The same as a share of the median; 0 when that is not positive.
[[nodiscard]] double robust_variation(std::span<const double> values);

// Of each value with the one `lag` later, in [-1, 1]; 0 for fewer than lag + 2 values and for equal ones.
[[nodiscard]] double autocorrelation(std::span<const double> values, std::size_t lag);

// How many values weigh as much as one independent one: 1 + 2 * (sum of autocorrelations), summed over pairs of lags
// while these are positive; at least 1. The mean of n values is its square root wider than that of independent ones.
// Source: Geyer, Practical Markov Chain Monte Carlo, Statistical Science 7 (1992), initial positive sequence.
[[nodiscard]] double autocorrelation_time(std::span<const double> values);

// The change between two stored results that chance alone exceeds once in a hundred times, two-sided, from the typical
// values of at least 3 sessions with nothing changed: t(0.995, n - 1) * sqrt(2) * deviation of their logarithms, as a
// share. Empty for fewer, or for a value that is not positive.
[[nodiscard]] std::optional<double> session_change(std::span<const double> sessions);
// The standard deviation of their logarithms; empty likewise.
[[nodiscard]] std::optional<double> session_spread(std::span<const double> sessions);

}  // namespace perfopt::stats
