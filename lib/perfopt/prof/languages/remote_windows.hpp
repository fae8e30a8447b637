// SPDX-License-Identifier: Apache-2.0
// Pieces of a process's memory as they were copied for one sample.
//
// The copies of a sample are looked up by address; their storage is kept for the next one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "perfopt/prof/languages/remote_blocks.hpp"

namespace perfopt::prof {

class RemoteWindows {
 public:
  explicit RemoteWindows(const BlockSource& memory) : memory_(memory) {}

  void clear() noexcept { used_ = 0; }
  // Asks for a piece; nothing is read before load().
  void want(std::uint64_t address, std::size_t size);
  // Copies what is wanted since the last load(), in that order, with one system call for each BlockSource::kMaxBlocks.
  // What cannot be read, and what is wanted behind it, is dropped.
  void load();

  // Empty when it is in none of the pieces. Valid until want().
  [[nodiscard]] std::span<const std::byte> find(std::uint64_t address, std::size_t size) const;

 private:
  struct Window {
    std::uint64_t address = 0;
    std::vector<std::byte> bytes;
  };

  const BlockSource& memory_;
  std::vector<Window> windows_;  // the first `used_`; the others keep their storage
  std::size_t used_ = 0;
  std::size_t loaded_ = 0;
};

}  // namespace perfopt::prof
