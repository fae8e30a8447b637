// SPDX-License-Identifier: Apache-2.0
// Whether this process is one of several that mpirun or srun started, and what they tell the first of them.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace perfopt::bench {

struct Launched {
  unsigned rank = 0;
  unsigned size = 1;
};

// From the environment that mpirun, or srun with an MPI plugin, gives its processes; MPI is not started for it. Empty
// when this process was started alone, and in a build without MPI.
[[nodiscard]] std::optional<Launched> launched();

// Every rank calls it with its text. Rank 0 gets all of them, by rank, the others an empty list. MPI is started and
// ended by the call, so a process can make it once. Waits, without using a CPU, for the slowest rank. Throws
// Unavailable where MPI cannot start, and in a build without it.
[[nodiscard]] std::vector<std::string> gather_texts(const std::string& text);

}  // namespace perfopt::bench
