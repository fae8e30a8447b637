// SPDX-License-Identifier: Apache-2.0
// What in the runs of a command makes its figures doubtful, in words that can be acted on.
//
// Looks at the shape of the series alone: a slow first run, bursts of outliers, drift, two levels, a shell that takes
// more than the command. Who else was running is told by bench/compare/neighbours.hpp.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "perfopt/model/command_runs.hpp"

namespace perfopt::stats {

enum class Shape : unsigned char { calm, slow_first, bursts, outliers, drift, two_levels };

// What fits the wall times, in the order of the runs; `calm` for fewer than 10. Several may hold.
[[nodiscard]] std::vector<Shape> shapes_of(std::span<const double> wall_ns);

// Of all commands; `document` is summarized. `culprit` names who else was busy, "" when nobody was.
[[nodiscard]] std::vector<model::Doubt> noise_of(const model::CommandRuns& document, const std::string& culprit);

}  // namespace perfopt::stats
