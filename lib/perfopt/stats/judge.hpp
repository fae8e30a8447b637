// SPDX-License-Identifier: Apache-2.0
// What follows from the raw rounds of a Suite: summaries, the best variant at each size, crossovers, sentences.
//
// Deterministic; fills only the derived fields (Summary, Best, Finding) and overwrites what stands there.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "perfopt/model/suite.hpp"

namespace perfopt::stats {

// Two variants closer than this share of their time are called tied even when the interval tells them apart.
inline constexpr double kTieMargin = 0.05;

// One point of a variant's speed-up over sizes, ascending.
struct SpeedupPoint {
  std::uint64_t size = 0;
  model::Interval speedup;
  model::Verdict verdict = model::Verdict::none;
};

// Where the speed-up crosses 1 once between a loss and a win; empty when it never does, or several times.
[[nodiscard]] std::optional<model::Crossover> find_crossover(std::span<const SpeedupPoint> points);

// Summaries and best of one case.
void judge(model::Case& one);

// The findings per problem and how they scale, from cases that are judged already.
void conclude(model::Suite& suite);

// All cases and the findings per problem. Cases of a problem may stand in any order; sizes are sorted here.
void judge(model::Suite& suite);

// The points of a variant over all its measured cases, ascending by size.
[[nodiscard]] std::vector<SpeedupPoint> speedup_points(const model::Suite& suite, std::string_view category,
                                                       std::string_view problem, std::string_view variant);

}  // namespace perfopt::stats
