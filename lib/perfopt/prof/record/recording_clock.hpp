// SPDX-License-Identifier: Apache-2.0
// When a recording that looks by itself looks next, and when its time is over.
#pragma once

#include <cstdint>

#include "perfopt/prof/record/backend.hpp"

namespace perfopt::prof {

class RecordingClock {
 public:
  // --rate is at least 1 Hz here, and at most 10 kHz.
  explicit RecordingClock(const RecordOptions& options);

  void start() noexcept;
  [[nodiscard]] std::uint64_t period_ns() const noexcept { return period_ns_; }
  // CLOCK_MONOTONIC nanoseconds; not later than the end.
  [[nodiscard]] std::uint64_t next_tick() const noexcept;
  // True once for each tick that has come; ticks that were missed are left out.
  [[nodiscard]] bool tick() noexcept;
  [[nodiscard]] bool over() const noexcept;

 private:
  std::uint64_t period_ns_;
  std::uint64_t duration_ns_;  // 0: until the target ends
  std::uint64_t end_ns_ = ~std::uint64_t{0};
  std::uint64_t next_ns_ = 0;
};

}  // namespace perfopt::prof
