// SPDX-License-Identifier: Apache-2.0
// Whole commands measured: one or several alone, or each against a reference until the verdicts are sure.
//
// Several commands take turns in rounds, each round in another random order, so that what the machine does meanwhile
// falls on all of them. Against a reference, each of the others is a duel with it (command_duel.hpp), and the family of
// duels shares the time (duel.hpp): a pair is then always two runs next to each other, whatever the number of commands.
//
// A command alone is measured until the 95 % interval of its median is within 1 % to either side, for a second at
// least; or until most_runs, or the time is over.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "perfopt/bench/compare/command_duel.hpp"
#include "perfopt/bench/compare/duel.hpp"
#include "perfopt/core/cancellation.hpp"
#include "perfopt/model/command_runs.hpp"
#include "perfopt/model/comparison.hpp"

namespace perfopt::bench {

struct CommandRequest {
  std::vector<CommandSpec> commands;
  CommandConditions conditions;
  // Index of the command that all others are judged against; empty: no verdicts.
  std::optional<std::size_t> reference;
  // The same, for the table of relative times alone.
  std::optional<std::size_t> relative_to;
  CommandMetric metric = CommandMetric::automatic;
  bool same_output = false;  // all write what the first (or the reference) writes
  std::size_t least_runs = 10;
  std::size_t most_runs = std::numeric_limits<std::size_t>::max();
  double max_time_s = 60;
  double threshold = 0.02;
  double error_rate = 0.01;
  std::uint64_t seed = 0;
  bool pinned = true;  // to one CPU: `cpu`, or the last that may be used
  std::optional<unsigned> cpu;
};

struct CommandOutcome {
  model::CommandRuns runs;
  std::optional<model::Comparison> comparison;  // with a reference
};

// Throws Error when a command cannot run at all or fails in its first run, IntegrityError when outputs differ. What
// fails later has its `failure`, and the others go on. When cancelled, the outcome is what was finished, `complete` is
// false. Cleanup is done in each case.
[[nodiscard]] CommandOutcome measure_commands(const CommandRequest& request, FamilyObserver& observer,
                                              const Cancellation& cancellation);

}  // namespace perfopt::bench
