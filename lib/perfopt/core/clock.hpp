// SPDX-License-Identifier: Apache-2.0
// The clock that recordings tell their times by: CLOCK_MONOTONIC, as the kernel stamps its records on request.
#pragma once

#include <cstdint>
#include <ctime>

namespace perfopt {

// Nanoseconds since some moment in the past, the same for all processes; never falls. Safe in a signal handler.
[[nodiscard]] inline std::uint64_t monotonic_ns() noexcept {
  constexpr std::uint64_t kSecond = 1'000'000'000;
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * kSecond + static_cast<std::uint64_t>(now.tv_nsec);
}

}  // namespace perfopt
