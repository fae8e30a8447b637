// SPDX-License-Identifier: Apache-2.0
// Memory of a profiled process: read where it is, or from the copy of its stack that came with a sample.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace perfopt::prof {

class Memory {
 public:
  Memory() = default;
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  virtual ~Memory() = default;

  // Fills all of `into` from `address` on, or returns false and leaves it unspecified. Never throws.
  [[nodiscard]] virtual bool read(std::uint64_t address, std::span<std::byte> into) const = 0;

  [[nodiscard]] std::optional<std::uint64_t> word(std::uint64_t address) const;
};

// Of a living process, by process_vm_readv(2): nothing is stopped, so what changes meanwhile is read torn. Small reads
// near each other come from one copied window, so that a walk over a stack is few system calls: make a new object for
// each sample.
class RemoteMemory final : public Memory {
 public:
  explicit RemoteMemory(pid_t pid) noexcept : pid_(pid) {}
  [[nodiscard]] bool read(std::uint64_t address, std::span<std::byte> into) const override;

 private:
  static constexpr std::size_t kWindow = 4096;
  pid_t pid_;
  mutable std::uint64_t window_ = 0;  // its address; 0: none yet
  mutable std::size_t filled_ = 0;
  mutable std::byte bytes_[kWindow]{};
};

// A copy of the stack from the stack pointer upwards, as the kernel puts it beside a sample. Reads outside fail.
class CopiedStack final : public Memory {
 public:
  CopiedStack(std::uint64_t address, std::span<const std::byte> bytes) noexcept : address_(address), bytes_(bytes) {}
  [[nodiscard]] bool read(std::uint64_t address, std::span<std::byte> into) const override;

 private:
  std::uint64_t address_;
  std::span<const std::byte> bytes_;
};

}  // namespace perfopt::prof
