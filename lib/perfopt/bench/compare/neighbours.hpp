// SPDX-License-Identifier: Apache-2.0
// Who else was busy while we measured: the processes whose CPU time grew, from /proc.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace perfopt::bench {

// What a process has used by now.
struct ProcessTime {
  std::string name;
  std::uint64_t ticks = 0;    // user and system
  std::uint64_t started = 0;  // ticks after boot; tells a reused number apart
};

// All processes by number; one that ends while it is read is left out. `root` stands for "/".
[[nodiscard]] std::map<int, ProcessTime> read_processes(const std::filesystem::path& root);

// "'cc1plus' (process 4711) used 87 % of a CPU meanwhile": the busiest between both readings, `seconds` apart, if it
// used at least a tenth of a CPU; "" when none did. `own` is left out.
[[nodiscard]] std::string busiest(const std::map<int, ProcessTime>& before, const std::map<int, ProcessTime>& after,
                                  double seconds, int own);

}  // namespace perfopt::bench
