// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/record/recording_clock.hpp"

#include <algorithm>

#include "perfopt/core/clock.hpp"
#include "perfopt/prof/record/time_ledger.hpp"

namespace perfopt::prof {
namespace {

constexpr double kSecond = 1e9;
constexpr double kSlowestHz = 1;
constexpr double kFastestHz = 10'000;

}  // namespace

RecordingClock::RecordingClock(const RecordOptions& options)
    : period_ns_(static_cast<std::uint64_t>(kSecond / std::clamp(options.rate_hz, kSlowestHz, kFastestHz))),
      duration_ns_(static_cast<std::uint64_t>(options.duration_s.value_or(0) * kSecond)) {}

void RecordingClock::start() noexcept {
  const std::uint64_t now = monotonic_ns();
  next_ns_ = now + period_ns_;
  if (duration_ns_ != 0) end_ns_ = now + duration_ns_;
}

std::uint64_t RecordingClock::next_tick() const noexcept {
  return std::min(next_ns_, end_ns_);
}

bool RecordingClock::tick() noexcept {
  const std::uint64_t now = monotonic_ns();
  if (now < next_ns_) return false;
  next_ns_ += period_ns_ * ((now - next_ns_) / period_ns_ + 1);
  return true;
}

bool RecordingClock::over() const noexcept {
  return monotonic_ns() >= end_ns_;
}

}  // namespace perfopt::prof
