// SPDX-License-Identifier: Apache-2.0
// The child of a node by function, for trees that are merged from hundreds of thousands of stacks.
//
// Open addressing with linear probing in one array, multiplicative hashing (Knuth, TAOCP 3, 6.4): a look-up is one
// cache miss where a map of the standard library has three. Keys are pairs of 32-bit numbers; (2^32-1, 2^32-1) is none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace perfopt::stats {

class EdgeTable {
 public:
  // `most`: as many edges as will be added, or about as many.
  explicit EdgeTable(std::size_t most) {
    std::size_t size = 16;
    while (size < 2 * most) size *= 2;
    resize(size);
  }

  // The number of the edge; `fresh`, and remembered, when it was not known.
  std::uint32_t find_or_add(std::uint32_t parent, std::uint32_t function, std::uint32_t fresh) {
    const std::uint64_t key = std::uint64_t{parent} << 32U | function;
    std::size_t at = slot(key);
    while (keys_[at] != kNone) {
      if (keys_[at] == key) return numbers_[at];
      at = (at + 1) & (keys_.size() - 1);
    }
    keys_[at] = key;
    numbers_[at] = fresh;
    if (2 * ++used_ > keys_.size()) grow();
    return fresh;
  }

 private:
  static constexpr std::uint64_t kNone = ~std::uint64_t{0};

  [[nodiscard]] std::size_t slot(std::uint64_t key) const noexcept { return (key * 0x9E3779B97F4A7C15U) >> shift_; }

  void resize(std::size_t size) {
    keys_.assign(size, kNone);
    numbers_.resize(size);
    shift_ = 64;
    for (std::size_t rest = size; rest > 1; rest /= 2) --shift_;
  }

  void grow() {
    const std::vector<std::uint64_t> keys = std::move(keys_);
    const std::vector<std::uint32_t> numbers = std::move(numbers_);
    resize(2 * keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (keys[i] == kNone) continue;
      std::size_t at = slot(keys[i]);
      while (keys_[at] != kNone) at = (at + 1) & (keys_.size() - 1);
      keys_[at] = keys[i];
      numbers_[at] = numbers[i];
    }
  }

  std::vector<std::uint64_t> keys_;
  std::vector<std::uint32_t> numbers_;
  std::size_t used_ = 0;
  unsigned shift_ = 0;
};

}  // namespace perfopt::stats
