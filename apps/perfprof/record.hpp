// SPDX-License-Identifier: Apache-2.0
// perfprof's main job: records what was named, and tells where its time went.
#pragma once

#include "options.hpp"

namespace perfprof {

// The exit code: that of the command (128 + signal when one killed it), 0 for a process that ran already.
// Throws as every body of cli::run_main does.
[[nodiscard]] int record(const Options& options);

}  // namespace perfprof
