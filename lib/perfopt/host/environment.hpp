// SPDX-License-Identifier: Apache-2.0
// Reads the facts of this machine and build, and says what in them makes numbers doubtful.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "perfopt/model/environment.hpp"

namespace perfopt::host {

// `root` stands for "/" (tests give a directory with a proc/ and sys/ of their own); `scratch` is where files of the
// run are made. What cannot be read is unknown; nothing is thrown.
[[nodiscard]] model::Environment read_environment(const std::filesystem::path& root,
                                                  const std::filesystem::path& scratch);

// Doubts that follow from the facts of `environment`.
[[nodiscard]] std::vector<model::Doubt> doubts_of(const model::Environment& environment);

// CPUs that this process may use: affinity, bounded by the cgroup's quota rounded up. At least 1.
[[nodiscard]] unsigned allowed_cpus(const std::filesystem::path& root);

// Memory that can be had without swapping; 0 when the kernel does not tell.
[[nodiscard]] std::uint64_t available_memory_bytes(const std::filesystem::path& root);

// Time of all CPUs since boot, to tell the share stolen by the hypervisor between two readings.
struct CpuTime {
  std::uint64_t total = 0;
  std::uint64_t steal = 0;
};
[[nodiscard]] std::optional<CpuTime> read_cpu_time(const std::filesystem::path& root);

}  // namespace perfopt::host
