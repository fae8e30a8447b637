// SPDX-License-Identifier: Apache-2.0
// How computations scale over ranks: efficiency, Amdahl's and Gustafson's serial share, the universal scalability law.
//
// Pure and deterministic. Intervals are percentiles of 1,000 bootstrap resamples of the rounds (of pairs for strong
// scaling, whose rounds are paired; of each side for weak scaling, whose sides are different cases). Nothing is told
// about more ranks than were measured.
// Source: Amdahl, AFIPS 1967; Gustafson, CACM 31 (1988); Gunther, Guerrilla Capacity Planning (2007), 4-6, fitted by
// least squares of the linear forms; Efron, Annals of Statistics 7 (1979).
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "perfopt/model/suite.hpp"

namespace perfopt::stats {

struct SpeedupAt {
  double workers = 1;
  double speedup = 1;
};

// Least squares of 1/S - 1/p = share * (1 - 1/p). Needs a point with more than one worker; empty without one.
[[nodiscard]] std::optional<double> amdahl_share(std::span<const SpeedupAt> points);

// Least squares of p - S = share * (p - 1), for speed-ups of weak scaling.
[[nodiscard]] std::optional<double> gustafson_share(std::span<const SpeedupAt> points);

struct ScalabilityLaw {
  double contention = 0;  // sigma
  double coherency = 0;   // kappa
};

// Least squares of p/S - 1 = sigma * (p-1) + kappa * p(p-1). Empty for fewer than three points with more than one
// worker: two parameters would fit two points whatever they are.
[[nodiscard]] std::optional<ScalabilityLaw> scalability_law(std::span<const SpeedupAt> points);

// The strong scaling of each case whose variants have `workers` (the baseline being one worker), and the weak scaling
// of each problem whose sizes bear it: a case of p times the size of another gives the point at p workers.
[[nodiscard]] std::vector<model::Scaling> scalings_of(const model::Suite& suite);

}  // namespace perfopt::stats
