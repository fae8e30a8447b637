// SPDX-License-Identifier: Apache-2.0
// How much runs of the same code differ, and how much of that is memory: what a comparison of runs must exceed.
#pragma once

#include <span>

namespace perfopt::stats {

// The standard deviation of normal values over their median absolute deviation.
inline constexpr double kNormalMad = 1.4826;

struct RunNoise {
  double spread = 0;     // standard deviation of one value about the level of its side
  double inflation = 1;  // by how much the variance of a mean exceeds that of independent values; 1 or more
};

// Of two stretches that follow each other, each about its own level (its median). `inflation` is that of an
// autoregressive process of order 1 with the lag-1 correlation that was seen, corrected for the levels having been
// estimated from the same few values.
[[nodiscard]] RunNoise run_noise(std::span<const double> before, std::span<const double> after);

// Median of all differences, a value of `after` less one of `before` (Hodges, Lehmann 1963). Neither may be empty.
[[nodiscard]] double shift_of(std::span<const double> before, std::span<const double> after);

}  // namespace perfopt::stats
