// SPDX-License-Identifier: Apache-2.0
// The registers of a stopped or sampled x86-64 thread, by DWARF number (System V ABI, x86-64, figure 3.36).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace perfopt::prof {

struct Registers {
  static constexpr std::size_t kBp = 6;
  static constexpr std::size_t kSp = 7;
  static constexpr std::size_t kIp = 16;  // the return address column
  static constexpr std::size_t kCount = 17;

  std::array<std::uint64_t, kCount> value{};
  std::uint32_t known = 0;  // bit i: value[i] is known

  void set(std::size_t index, std::uint64_t to) noexcept {
    value[index] = to;
    known |= 1U << index;
  }
  [[nodiscard]] bool has(std::size_t index) const noexcept { return (known >> index & 1U) != 0; }
  [[nodiscard]] std::uint64_t ip() const noexcept { return value[kIp]; }
  [[nodiscard]] std::uint64_t sp() const noexcept { return value[kSp]; }
};

}  // namespace perfopt::prof
