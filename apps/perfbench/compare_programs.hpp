// SPDX-License-Identifier: Apache-2.0
// Measures two Google Benchmark programs in turns and judges what they have in common.
#pragma once

#include <string>

#include "perfopt/cli/options.hpp"
#include "perfopt/core/cancellation.hpp"
#include "perfopt/model/comparison.hpp"
#include "perfopt/model/config.hpp"

namespace perfbench {

struct ProgramComparison {
  std::string base, changed;                 // programs with their arguments, as a shell takes them
  perfopt::model::CompareSettings settings;  // max_time_s 0: chosen by the number of benchmarks
  perfopt::model::CompareConfig margins;
  double timeout_s = 60;
  std::string metric;  // "wall", or "" to choose
  bool expect_same_output = false;
  bool instructions = false;
  bool dry_run = false;  // tells what would be measured, and returns a comparison without benchmarks
};

// Shows progress and each verdict on standard error unless common.quiet. Throws BadInput for programs that cannot be
// used and when no benchmark is common to both.
[[nodiscard]] perfopt::model::Comparison compare_programs(const ProgramComparison& request,
                                                          const perfopt::cli::CommonOptions& common,
                                                          const perfopt::Cancellation& cancellation);

}  // namespace perfbench
