// SPDX-License-Identifier: Apache-2.0
// --fleet: every host runs the suite by itself, and rank 0 makes one document of all.
#pragma once

#include <optional>

#include "options.hpp"
#include "perfopt/bench/runner.hpp"
#include "perfopt/core/cancellation.hpp"
#include "perfopt/model/suite.hpp"

namespace perfbench {

// The run of one host: without the categories that hosts would have to run together. Throws BadInput when this process
// was not started by mpirun or srun, or is asked for nothing that a host can run alone.
[[nodiscard]] perfopt::bench::RunOptions for_fleet(perfopt::bench::RunOptions run);

// True for the ranks that measure and send, and show nothing.
[[nodiscard]] bool is_follower(const Options& options);

// Measures without a word and sends the document to rank 0. The exit code: failures are told by rank 0; 128 + the
// signal when interrupted.
[[nodiscard]] int follow(const perfopt::bench::RunOptions& run);

// On rank 0: the documents of all ranks in one.
[[nodiscard]] perfopt::model::Suite gather(const perfopt::model::Suite& own);

}  // namespace perfbench
