// SPDX-License-Identifier: Apache-2.0
// Steps in a series of runs that last: where the level of a benchmark changed, by how much, and how sure that is.
//
// A candidate is found by E-divisive (energy.hpp), first over the whole series, then within its parts. It counts when
//   - a random order of the runs would hardly ever show as clear a split (permutation test of E-divisive);
//   - the step stands out of the noise between runs, with what that noise has of memory: runs that follow each other
//     are alike where a machine has good and bad hours, and prove less than as many independent ones;
//   - it is larger than that noise itself: smaller ones come and go with the machine;
//   - it still does all of that between its neighbours when all others are known.
// What counts is then put where the two levels describe the runs best: up to `fewest` runs from where it was found, and
// four from its neighbours.
// Isolated outliers, up to three in a row, are drawn towards their surroundings before: a spike is no change. A series
// that a straight drift describes as well has no steps (trend.hpp). The same series gives the same answer everywhere.
//
// Source: Matteson, James, JASA 2014 (E-divisive); Daly, Brown, Ingo, O'Leary, Bradford, ICPE 2020 (its use on
// histories of benchmarks); Fleming, Kolaczkowski, Kumar et al., Hunter, ICPE 2023 (test by the neighbours); Kovacs,
// Li, Buehlmann, Munk, Biometrika 2023 (seeded intervals, for a level that comes and goes).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "perfopt/model/scaling.hpp"

namespace perfopt::stats {

struct ChangeOptions {
  std::size_t fewest = 6;       // runs on each side
  double error_rate = 0.004;    // of the permutation test
  unsigned permutations = 499;  // of it
  double clearness = 3.5;       // the step over its standard error, at least; more for few runs
  double over_noise = 1.0;      // the step over the noise of one run, at least
  double smallest = 0.0005;     // relative step that is worth a word
};

struct ChangePoint {
  std::size_t first = 0;  // the first value after the step
  model::Interval ratio;  // after / before, with its 95 % interval
};

// `values` by time, positive and finite; none of others. Ascending by place. O(n log n) a permutation.
[[nodiscard]] std::vector<ChangePoint> change_points(std::span<const double> values, const ChangeOptions& options = {});

}  // namespace perfopt::stats
