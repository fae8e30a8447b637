// SPDX-License-Identifier: Apache-2.0
// The blocks of a program that were sampled and are not freed yet, and a filter that says of most others at once that
// they are none of these. Part of the preloaded library: allocates nothing but one mapping, for good.
//
//   locks    add() and remove() are for one caller at a time; may_hold() is for any at any moment
//   memory   2 MiB of table, touched as it fills, and 16 KiB of filter
//   method   open addressing with linear probing, gaps closed at removal (Knuth 6.4, algorithm R); a counting Bloom
//            filter of one hash
#pragma once

#include <sys/mman.h>

#include <atomic>
#include <climits>
#include <cstddef>
#include <cstdint>

namespace perfopt::prof::heap {

// splitmix64
inline std::uint64_t mixed(std::uint64_t x) {
  x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9U;
  x = (x ^ (x >> 27U)) * 0x94D049BB133111EBU;
  return x ^ (x >> 31U);
}

class BlockTable {
 public:
  // False: there is no memory for it. Does nothing the second time.
  bool open() {
    if (blocks_ != nullptr) return true;
    void* blocks =
        mmap(nullptr, kBlocks * sizeof(std::uintptr_t), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (blocks == MAP_FAILED) return false;
    blocks_ = static_cast<std::uintptr_t*>(blocks);
    return true;
  }

  // False: it may hold no more.
  bool add(const void* block) {
    if (count_ >= kMostBlocks) return false;
    const auto address = reinterpret_cast<std::uintptr_t>(block);
    std::size_t at = home_of(address);
    while (blocks_[at] != 0) at = (at + 1) % kBlocks;
    blocks_[at] = address;
    ++count_;
    std::atomic<std::uint8_t>& seen = filter_[filter_index(block)];
    // A cell that is full stays so: its count is no longer known.
    if (seen < UCHAR_MAX) ++seen;
    return true;
  }

  // False when the block is not among them.
  bool remove(const void* block) {
    const auto address = reinterpret_cast<std::uintptr_t>(block);
    std::size_t at = home_of(address);
    while (blocks_[at] != address) {
      if (blocks_[at] == 0) return false;
      at = (at + 1) % kBlocks;
    }
    close_gap(at);
    --count_;
    std::atomic<std::uint8_t>& seen = filter_[filter_index(block)];
    if (seen < UCHAR_MAX) --seen;
    return true;
  }

  // In a child of fork(2): what its parent allocated is not the child's to free or to leak.
  void clear() {
    if (blocks_ == nullptr) return;
    madvise(blocks_, kBlocks * sizeof(std::uintptr_t), MADV_DONTNEED);
    count_ = 0;
    for (auto& cell : filter_) cell.store(0, std::memory_order_relaxed);
  }

  [[nodiscard]] bool may_hold(const void* block) const {
    return filter_[filter_index(block)].load(std::memory_order_relaxed) != 0;
  }

 private:
  static constexpr unsigned kFilterBits = 14;
  static constexpr std::size_t kFilter = 1U << kFilterBits;
  static constexpr std::size_t kBlocks = 1U << 18U;
  static constexpr std::size_t kMostBlocks = kBlocks / 4 * 3;

  // Of every free(): one multiplication, of which the high bits depend on all of the address.
  static std::size_t filter_index(const void* block) {
    return (reinterpret_cast<std::uintptr_t>(block) >> 4U) * 0x9E3779B97F4A7C15U >> (64U - kFilterBits);
  }

  static std::size_t home_of(std::uintptr_t block) { return (mixed(block) >> 20U) % kBlocks; }

  // So that no look-up ends too early.
  void close_gap(std::size_t at) {
    for (std::size_t next = (at + 1) % kBlocks; blocks_[next] != 0; next = (next + 1) % kBlocks) {
      const std::size_t home = home_of(blocks_[next]);
      const bool stays = at <= next ? at < home && home <= next : at < home || home <= next;
      if (stays) continue;
      blocks_[at] = blocks_[next];
      at = next;
    }
    blocks_[at] = 0;
  }

  std::uintptr_t* blocks_ = nullptr;  // 0 is empty
  std::size_t count_ = 0;
  std::atomic<std::uint8_t> filter_[kFilter]{};
};

}  // namespace perfopt::prof::heap
