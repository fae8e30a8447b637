// SPDX-License-Identifier: Apache-2.0
// What follows from the runs of whole commands: summaries without the shell's cost, and times relative to a reference.
//
// Deterministic; fills only the derived fields of the document and overwrites what stands there.
#pragma once

#include <optional>
#include <span>

#include "perfopt/model/command_runs.hpp"

namespace perfopt::stats {

// The median and its 95 % interval between order statistics; low and high equal the estimate for fewer than 6 values,
// which bear none. Assumes independent values: those of one session are not quite, the interval is narrower than it
// should be then. Empty for no values.
// Source: Hollander, Wolfe, Chicken, Nonparametric Statistical Methods, 3rd ed., 3.6.
[[nodiscard]] std::optional<model::Interval> median_interval(std::span<const double> values);

// Medians of the shell's cost.
void summarize(model::ShellCost& shell);

// Summary of each command, and `relative` where there is a reference: the command marked so, else the fastest by mean,
// which is marked then when there are several commands.
void summarize(model::CommandRuns& document);

// The wall times of one command without the shell's cost; none below zero.
[[nodiscard]] std::vector<double> own_wall_ns(const model::CommandRuns& document,
                                              const model::MeasuredCommand& command);

}  // namespace perfopt::stats
