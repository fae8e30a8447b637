// SPDX-License-Identifier: Apache-2.0
// A Google Benchmark program as one side of a comparison: which benchmarks it has, and whether it can be run in slices.
#pragma once

#include <string>
#include <vector>

#include "perfopt/core/cancellation.hpp"

namespace perfopt::bench {

struct Program {
  std::string side;                // "base" or "changed side", for messages
  std::vector<std::string> words;  // the program and the arguments that the user gave
  std::vector<std::string> names;  // of its benchmarks, in its order
  bool sliceable = false;          // linked with Perfopt::benchmark_main
  std::string digest;              // of its file, XXH3 in hex
  double timeout_s = 60;           // longest that one answer may take

  const Cancellation* cancellation = nullptr;  // ends the wait for an answer, with Interrupted

  // Of a benchmark that it has.
  [[nodiscard]] std::size_t index_of(const std::string& name) const;
};

// `command`: the program with its arguments, split as a shell would split words ("'my bench' --size=4"), without globs
// or variables. Starts it once to list its benchmarks. Throws BadInput when the text cannot be split, when there is no
// such program, or when it is not one of Google Benchmark.
[[nodiscard]] Program open_program(const std::string& side, const std::string& command, double timeout_s,
                                   const Cancellation* cancellation = nullptr);

}  // namespace perfopt::bench
