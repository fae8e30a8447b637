// SPDX-License-Identifier: Apache-2.0
// What a blocked thread waits for, and where: by /proc/TID/syscall, without stopping it.
//
//   errors  none: a thread that runs, has gone or may not be looked at is a value
//   source  proc(5), /proc/PID/syscall; the numbers of arch/x86/entry/syscalls/syscall_64.tbl
#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "perfopt/model/profile.hpp"
#include "perfopt/prof/native/registers.hpp"

namespace perfopt::prof {

struct BlockedCall {
  static constexpr long kNone = -1;  // blocked outside a system call: a page fault

  long number = kNone;
  std::array<std::uint64_t, 6> arguments{};
  std::uint64_t sp = 0;
  std::uint64_t pc = 0;

  friend bool operator==(const BlockedCall&, const BlockedCall&) = default;
};

enum class BlockedLook : std::uint8_t { blocked, running, gone, forbidden };

[[nodiscard]] BlockedLook look_at_blocked(pid_t pid, pid_t tid, BlockedCall& into);

// One line of /proc/TID/syscall; empty for "running" and for what is none.
[[nodiscard]] std::optional<BlockedCall> parse_blocked_call(std::string_view line);

// A socket waits for the network, whatever the call; `descriptor` is what /proc/PID/fd says of the first argument.
[[nodiscard]] model::Activity activity_of(const BlockedCall& call, std::string_view descriptor);

// The call works on a descriptor, its first argument.
[[nodiscard]] bool takes_descriptor(long number);

// The file behind the first argument ("/var/log/x", "pipe:[123]", "socket:[123]"), the lock ("futex 0x7f..."), the
// child ("pid 123"); "" where there is none or it may not be read.
[[nodiscard]] std::string object_of(pid_t pid, const BlockedCall& call);

// What is known of its registers: stack and instruction pointer, and the arguments.
[[nodiscard]] Registers registers_of(const BlockedCall& call);

}  // namespace perfopt::prof
