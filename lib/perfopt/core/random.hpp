// SPDX-License-Identifier: Apache-2.0
// A small, fast, seedable generator for test data. Not for cryptography.
//
// The same seed gives the same stream on every machine. About 1 ns a value.
// Source: SplitMix64, Steele, Lea, Flood, OOPSLA 2014.
#pragma once

#include <cstdint>

namespace perfopt {

class Random {
 public:
  using result_type = std::uint64_t;  // satisfies UniformRandomBitGenerator
  explicit constexpr Random(std::uint64_t seed) noexcept : state_(seed) {}

  static constexpr result_type min() noexcept { return 0; }
  static constexpr result_type max() noexcept { return ~result_type{0}; }

  constexpr result_type operator()() noexcept {
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
  }

  // Uniform in [0, bound), bound > 0 and below 2^32; bias below 2^-32.
  constexpr std::uint64_t below(std::uint64_t bound) noexcept { return (((*this)() >> 32U) * bound) >> 32U; }

  // Uniform in [0, 1).
  constexpr double unit() noexcept { return static_cast<double>((*this)() >> 11U) * 0x1.0p-53; }

 private:
  std::uint64_t state_;
};

}  // namespace perfopt
