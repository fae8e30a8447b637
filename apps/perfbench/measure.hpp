// SPDX-License-Identifier: Apache-2.0
// The main job: runs what was chosen, keeps what is finished, writes the results, tells the exit code.
#pragma once

#include "options.hpp"
#include "perfopt/bench/runner.hpp"

namespace perfbench {

// 0; 1 when a strategy failed; 3 when a category was named that this build has not; 128 + the signal after Ctrl-C
// or SIGTERM, with the finished part written.
[[nodiscard]] int measure(const Options& options, const perfopt::bench::RunOptions& run);

// Writes `text` where --output says: to the file, or to standard output for "-" and "".
void deliver(const Options& options, const std::string& text);

}  // namespace perfbench
