// SPDX-License-Identifier: Apache-2.0
// Pieces of a process's memory, many with one system call.
//
// An interpreter's frames lie in a few places that seldom move (a data stack, records on the C stack, generators), so a
// reader asks for all of them at once where they were the last time, and again only for what has moved.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <type_traits>

namespace perfopt::prof {

struct RemoteBlock {
  std::uint64_t address = 0;
  std::span<std::byte> into;
};

class BlockSource {
 public:
  static constexpr std::size_t kMaxBlocks = 64;

  BlockSource() = default;
  BlockSource(const BlockSource&) = delete;
  BlockSource& operator=(const BlockSource&) = delete;
  virtual ~BlockSource() = default;

  // Fills the blocks in their order, at most kMaxBlocks, and stops at the first byte that cannot be read: how many
  // bytes were filled. Never throws.
  [[nodiscard]] virtual std::size_t read(std::span<const RemoteBlock> blocks) const = 0;

  // All of one block.
  [[nodiscard]] bool fill(std::uint64_t address, std::span<std::byte> into) const;

  template <typename T>
  [[nodiscard]] std::optional<T> value(std::uint64_t address) const {
    static_assert(std::is_trivially_copyable_v<T>);
    T result{};
    if (!fill(address, std::as_writable_bytes(std::span(&result, 1)))) return std::nullopt;
    return result;
  }
};

// Of a living process, by process_vm_readv(2).
class ProcessBlocks final : public BlockSource {
 public:
  explicit ProcessBlocks(pid_t pid) noexcept : pid_(pid) {}
  [[nodiscard]] std::size_t read(std::span<const RemoteBlock> blocks) const override;

 private:
  pid_t pid_;
};

// The value at `offset` of a block; the caller has checked that it lies within.
template <typename T>
[[nodiscard]] T field(std::span<const std::byte> block, std::size_t offset) noexcept {
  static_assert(std::is_trivially_copyable_v<T>);
  T result{};
  std::memcpy(&result, block.data() + offset, sizeof result);
  return result;
}

}  // namespace perfopt::prof
