// SPDX-License-Identifier: Apache-2.0
// What the measuring process asks of the ranks, and what they answer. Both are this same program on one kind of
// machine, so a command is sent as it lies in memory.
//
//   internal
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

namespace perfopt::bench {

enum class RankOrder : std::uint32_t {
  make,    // build a task and its input: problem, strategy, object, size, seed
  poison,  // of that object, as the ones below
  run,     // and tell how long it took
  output,  // the result, as bytes
  speed,   // of each rank, all at work at once: a double each
  drop,
  end,  // no command follows
};

struct RankCommand {
  RankOrder order = RankOrder::end;
  std::uint32_t problem = 0;   // place in the catalogue
  std::uint32_t strategy = 0;  // and in the problem
  std::uint32_t reserved = 0;
  std::uint64_t object = 0;  // chosen by the measuring process
  std::uint64_t size = 0;
  std::uint64_t seed = 0;
};
static_assert(std::is_trivially_copyable_v<RankCommand>);

enum class RankOutcome : std::uint32_t { done, unavailable, wrong, failed };

struct RankReply {
  RankOutcome outcome = RankOutcome::done;
  double wall_ns = 0;            // of a run: from the common start to the end of the slowest rank
  double cpu_ns = 0;             // of all ranks
  std::vector<std::byte> bytes;  // the output, the speeds, or the text of what went wrong
};

}  // namespace perfopt::bench
