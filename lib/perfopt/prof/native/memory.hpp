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

// Of a living process, by process_vm_readv(2) through any of its threads (the first may have ended before the others):
// nothing is stopped, so what changes meanwhile is read torn. Small reads
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

// A copied stack that goes on in the process itself, moments later: what lies behind the copy is believed only while
// the last bytes of the copy are still what they were, since a stack that was left so far has been written anew there.
class LiveStack final : public Memory {
 public:
  LiveStack(pid_t pid, std::uint64_t address, std::span<const std::byte> bytes) noexcept
      : copy_(address, bytes), process_(pid), end_(address + bytes.size()), edge_(bytes.last(edge_of(bytes))) {}
  [[nodiscard]] bool read(std::uint64_t address, std::span<std::byte> into) const override;

 private:
  static constexpr std::size_t kEdge = 1024;
  static constexpr std::uint64_t kBehind = std::uint64_t{8} << 20U;  // a main thread's stack
  static std::size_t edge_of(std::span<const std::byte> bytes) noexcept {
    return bytes.size() < kEdge ? bytes.size() : kEdge;
  }
  [[nodiscard]] bool goes_on() const;

  CopiedStack copy_;
  RemoteMemory process_;
  std::uint64_t end_;
  std::span<const std::byte> edge_;
  mutable std::optional<bool> goes_on_;
};

}  // namespace perfopt::prof
