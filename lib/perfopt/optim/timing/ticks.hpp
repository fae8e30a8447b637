// SPDX-License-Identifier: Apache-2.0
// The cheapest monotonic clock of this machine, in ticks, and what a tick is worth.
//
// On x86-64 with an invariant time-stamp counter a tick is one of its counts (about 8 ns to read; no barrier, so
// that work at the edge of a scope may be counted a few ns early or late); elsewhere a nanosecond of steady_clock.
// Source: Intel SDM volume 3, 18.17; CPUID leaf 80000007H, EDX bit 8.
//
//   example:
//   const auto calibration = perfopt::optim::Calibration::start();
//   const auto first = perfopt::optim::ticks_now();
//   const auto second = perfopt::optim::ticks_now();
//   if (!(second >= first && calibration.ns_per_tick() > 0)) throw std::logic_error("the clock went back");
//   end
#pragma once

#include <chrono>
#include <cstdint>
#include <stdexcept>

#if defined(__x86_64__)
#include <cpuid.h>
#include <x86intrin.h>
#endif

namespace perfopt::optim {

namespace detail {

inline std::uint64_t steady_ns() {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
          .count());
}

inline bool invariant_counter() {
#if defined(__x86_64__)
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  return __get_cpuid(0x80000007U, &eax, &ebx, &ecx, &edx) != 0 && (edx & (1U << 8U)) != 0;
#else
  return false;
#endif
}

inline const bool kInvariantCounter = invariant_counter();

}  // namespace detail

inline std::uint64_t ticks_now() {
#if defined(__x86_64__)
  if (detail::kInvariantCounter) [[likely]]
    return __rdtsc();
#endif
  return detail::steady_ns();
}

// Compares ticks with nanoseconds since start().
class Calibration {
 public:
  static Calibration start() { return {detail::steady_ns(), ticks_now()}; }

  // Waits until 2 ms have passed since start(), for an error below 0.01 %.
  double ns_per_tick() const {
    if (!detail::kInvariantCounter) return 1;
    constexpr std::uint64_t kSpanNs = 2'000'000;
    std::uint64_t ns = detail::steady_ns();
    while (ns - started_ns_ < kSpanNs) ns = detail::steady_ns();
    return static_cast<double>(ns - started_ns_) / static_cast<double>(ticks_now() - started_ticks_);
  }

 private:
  Calibration(std::uint64_t ns, std::uint64_t ticks) : started_ns_(ns), started_ticks_(ticks) {}

  std::uint64_t started_ns_;
  std::uint64_t started_ticks_;
};

}  // namespace perfopt::optim
