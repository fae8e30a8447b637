// SPDX-License-Identifier: Apache-2.0
// Where a sequence falls into two parts whose distributions differ most: the step of E-divisive.
//
// The distance of two samples is the energy distance with exponent 1, scaled by n m / (n + m): it sees any difference
// of distributions, and a difference of level best. O(n log n).
// Source: Matteson, James, JASA 2014; Szekely, Rizzo, JSPI 2013.
#pragma once

#include <cstddef>
#include <span>

namespace perfopt::stats {

struct Split {
  std::size_t at = 0;     // first value of the right part; 0 for none
  double statistic = -1;  // may be slightly negative for equal distributions
};

// The best split that leaves at least `fewest` values (2 or more) on each side; none for fewer than twice as many.
[[nodiscard]] Split energy_split(std::span<const double> values, std::size_t fewest);

// Chance that a random order of these values, which carries no change, splits as clearly as `statistic`: permutations
// from a fixed seed. Stops early, with a value above `enough`, when it is clear that the chance is above it.
[[nodiscard]] double energy_p_value(std::span<const double> values, std::size_t fewest, double statistic,
                                    unsigned permutations, double enough);

}  // namespace perfopt::stats
