// SPDX-License-Identifier: Apache-2.0
// A frame as it is met while recording, before it has a name. Small, hashable, comparable.
//
//   kind         module                                  value
//   native       index into Modules                      address in the module as linked (its ELF virtual address)
//   kernel       0                                       address
//   jit          index of the process in Recording       absolute address
//   unmapped     index of the process in Recording       absolute address
//   script       index into NameTable                    line being executed
//   marker       index into NameTable ("[truncated]")    0
//
// The address of a frame that called another is that of the call instruction's last byte (return address - 1), so that
// a look-up finds the call and not what follows it.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace perfopt::prof {

enum class FrameKind : std::uint8_t { native, kernel, jit, unmapped, script, marker };

struct FrameKey {
  FrameKind kind = FrameKind::native;
  std::uint32_t module = 0;
  std::uint64_t value = 0;

  friend auto operator<=>(const FrameKey&, const FrameKey&) = default;
};

struct FrameKeyHash {
  [[nodiscard]] std::size_t operator()(const FrameKey& key) const noexcept {
    constexpr std::uint64_t kMix = 0x9E3779B97F4A7C15U;  // splitmix64's increment
    std::uint64_t x = key.value * kMix ^ (std::uint64_t{key.module} << 8U | static_cast<std::uint64_t>(key.kind));
    x = (x ^ (x >> 29U)) * kMix;
    return static_cast<std::size_t>(x ^ (x >> 32U));
  }
};

}  // namespace perfopt::prof
