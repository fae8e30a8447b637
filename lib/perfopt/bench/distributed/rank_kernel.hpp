// SPDX-License-Identifier: Apache-2.0
// The work of the tasks that compute: rounds of an integer hash, each of which needs the one before it.
//
//   internal
#pragma once

#include <mpi.h>

#include <algorithm>
#include <cstdint>

#include "perfopt/core/random.hpp"

namespace perfopt::bench {

[[nodiscard]] inline std::uint64_t hash_rounds(std::uint64_t value, std::uint64_t rounds) {
  for (std::uint64_t round = 0; round < rounds; ++round) value = Random(value)();
  return value;
}

// Rounds per second of this rank, which does each of them `times` times; the best of a few pieces of about a
// millisecond, as a limit is what was reached once.
[[nodiscard]] inline double rounds_per_second(unsigned times = 1) {
  constexpr int kPieces = 4;
  constexpr std::uint64_t kRounds = 250'000;
  double best_s = 1e9;
  std::uint64_t value = 1;
  for (int piece = 0; piece < kPieces; ++piece) {
    const double start = MPI_Wtime();
    for (unsigned time = 0; time < times; ++time) value = hash_rounds(value, kRounds);
    best_s = std::min(best_s, MPI_Wtime() - start);
  }
  return value == 0 ? 0 : static_cast<double>(kRounds) / best_s;  // so that the work is not left out
}

}  // namespace perfopt::bench
