// SPDX-License-Identifier: Apache-2.0
// What one run of a strategy takes besides time: memory, allocations, hardware events. Counting disturbs the timing,
// so it is done in a run of its own; and the limits that a run must not pass.
#pragma once

#include <cstdint>

#include "perfopt/bench/workload.hpp"
#include "perfopt/model/suite.hpp"

namespace perfopt::bench {

struct CountedRun {
  model::Resources resources;
  model::Counters counters;
  double wall_ns = 0;  // of the counted run: only good for planning
};

// Runs `workload` once (it must be poisoned already) and counts.
[[nodiscard]] CountedRun count_run(Workload& workload);

// Keeps this process from growing its writable memory or any file beyond the limits for as long as it lives:
// allocation then throws std::bad_alloc and write(2) fails with EFBIG. 0: no limit.
class ResourceLimit {
 public:
  ResourceLimit(std::uint64_t more_memory_bytes, std::uint64_t file_bytes);
  ResourceLimit(const ResourceLimit&) = delete;
  ResourceLimit& operator=(const ResourceLimit&) = delete;
  ~ResourceLimit();

 private:
  unsigned long old_data_, old_file_;
};

}  // namespace perfopt::bench
