// SPDX-License-Identifier: Apache-2.0
// System calls that move bytes or wait for a disk: which they are, and how much they did.
#pragma once

#include <linux/filter.h>
#include <sys/types.h>

#include <array>
#include <cstdint>
#include <vector>

#include "perfopt/prof/native/memory.hpp"

namespace perfopt::prof {

enum class IoKind : std::uint8_t {
  none,
  open,      // the result is a descriptor
  input,     // result bytes, from the first argument
  output,    // result bytes, to the first argument
  transfer,  // result bytes, between two descriptors
  messages,  // the result is a number of messages, each with a length
  sync,      // no bytes
  ring,      // sets up io_uring, whose work is not seen
};

struct IoCall {
  long number = -1;
  std::array<std::uint64_t, 6> arguments{};
};

[[nodiscard]] IoKind io_kind(long number);

// For IoKind::transfer: where the bytes come from and where they go.
struct IoEnds {
  int from = -1;
  int to = -1;
};
[[nodiscard]] IoEnds ends_of(const IoCall& call);

// Bytes that the call moved; 0 when it failed. `memory`: of the process, for the lengths of messages.
[[nodiscard]] std::uint64_t bytes_of(const IoCall& call, std::int64_t result, const Memory& memory);

// Stops at these calls of 64-bit programs with SECCOMP_RET_TRACE and lets all others through.
[[nodiscard]] std::vector<sock_filter> io_filter();

}  // namespace perfopt::prof
