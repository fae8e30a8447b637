// SPDX-License-Identifier: Apache-2.0
// Which strategies run at which sizes, and why the others do not.
#pragma once

#include <string>
#include <vector>

#include "perfopt/bench/runner.hpp"
#include "perfopt/bench/workload.hpp"
#include "perfopt/model/suite.hpp"

namespace perfopt::bench {

struct PlannedStrategy {
  const Strategy* strategy;
  std::string skip_reason;  // "" when it runs
};

struct PlannedCase {
  const Problem* problem;
  std::size_t size;
  std::string size_class;                   // as in model::Case
  std::vector<PlannedStrategy> strategies;  // the baseline first
  std::string skip_reason;                  // "" when it runs
};

// `options` with every "0 means" replaced by what it means on this machine.
[[nodiscard]] RunOptions resolve(RunOptions options);

// All cases of resolved options, in the order in which they run. Throws BadInput when nothing is selected.
[[nodiscard]] std::vector<PlannedCase> plan_cases(const RunOptions& options);

// Another size of the same problem.
[[nodiscard]] PlannedCase plan_case(const RunOptions& options, const Problem& problem, std::size_t size,
                                    std::string size_class);

// The case with everything that is known before it runs.
[[nodiscard]] model::Case describe(const PlannedCase& planned);

// True for each category when none is named.
[[nodiscard]] bool category_chosen(const RunOptions& options, std::string_view category);

// What a round needs on disk.
[[nodiscard]] double file_bytes(const Problem& problem, std::size_t size);

[[nodiscard]] std::string_view level_name(Level level);

// "cpu/sort at 1,000,000"
[[nodiscard]] std::string case_name(const model::Case& one);

}  // namespace perfopt::bench
