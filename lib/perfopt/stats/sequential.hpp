// SPDX-License-Identifier: Apache-2.0
// Is one side slower than the other? Evidence that stays valid however often one looks and whenever one stops.
//
// One pair is one observation: log(changed / base), taken with the order of the two sides drawn at random. If the sides
// are equal, each log ratio is as likely positive as negative whatever the noise is like, so the signed-rank
// distribution is exact under random order, autocorrelated noise included. The pairs are weighed at fixed numbers of
// pairs ("looks"), and each look may spend its share of the error rate; the shares sum to 1 over endlessly many looks.
//
// Sources: Hollander, Wolfe, Chicken, Nonparametric Statistical Methods, 3rd ed., 3.1-3.3 (signed rank,
// Hodges-Lehmann); Jennison, Turnbull, Group Sequential Methods, 9 (repeated confidence intervals); Holm 1979;
// Benjamini, Hochberg 1995.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "perfopt/model/comparison.hpp"

namespace perfopt::stats {

struct Look {
  std::size_t pairs = 0;
  double share = 0;  // of the error rate
};

// The index-th look, from 0 on.
[[nodiscard]] Look look(std::size_t index);
// The first look at `pairs` or more: whoever stops measuring stops there.
[[nodiscard]] Look next_look(std::size_t pairs);

struct Evidence {
  std::size_t pairs = 0;  // that the last look weighed
  double p_slower = 1;    // always-valid: chance of so much evidence at any look so far if it is not slower
  double p_faster = 1;    // likewise
  model::Interval ratio;  // Hodges-Lehmann estimate with the plain 95 % interval of the last look
  model::Interval sure;   // the same with an interval that holds at all looks together with 1 - error_rate
  double deviation = 0;   // of one pair's log ratio, robust
};

// Empty before the first look. `error_rate` is two-sided.
[[nodiscard]] std::optional<Evidence> weigh(std::span<const double> log_ratios, double error_rate);

// Adjusted p-values of a family, in the order given: with probability 1 - a no true null has one below a (Holm), or the
// expected share of true nulls among those below a is at most a (Benjamini-Hochberg). NaN counts as 1.
[[nodiscard]] std::vector<double> holm(std::span<const double> p);
[[nodiscard]] std::vector<double> benjamini_hochberg(std::span<const double> p);

// `same` where `sure` lies within 1 / (1 + margin) and 1 + margin; else slower or faster where the (adjusted) p is at
// most half the error rate; else inconclusive.
[[nodiscard]] model::Change decide(const Evidence& evidence, double p_slower, double p_faster, double margin,
                                   double error_rate);

// The smallest change that `pairs` such pairs would tell with probability 0.95: 0.012 is 1.2 %.
[[nodiscard]] double detectable_change(double deviation, std::size_t pairs, double error_rate);

}  // namespace perfopt::stats
