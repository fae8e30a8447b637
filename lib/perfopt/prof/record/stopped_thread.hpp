// SPDX-License-Identifier: Apache-2.0
// Registers and stack of a thread that ptrace(2) has stopped.
#pragma once

#include <sys/types.h>
#include <sys/user.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "perfopt/prof/native/memory.hpp"
#include "perfopt/prof/native/registers.hpp"

namespace perfopt::prof {

// Empty when it is gone, or runs a 32-bit program, whose stacks the unwinder does not know.
[[nodiscard]] std::optional<user_regs_struct> user_registers(pid_t tid);
[[nodiscard]] Registers registers_of(const user_regs_struct& user);

// The innermost part of a stack, copied while its thread stands; what lies beyond is read from the process, where the
// outer frames change rarely.
class StackCopy final : public Memory {
 public:
  StackCopy(pid_t pid, std::uint64_t sp);
  [[nodiscard]] bool read(std::uint64_t address, std::span<std::byte> into) const override;

 private:
  static constexpr std::size_t kBytes = 16384;

  std::uint64_t address_;
  std::size_t filled_ = 0;
  std::array<std::byte, kBytes> bytes_;
  RemoteMemory beyond_;
};

}  // namespace perfopt::prof
