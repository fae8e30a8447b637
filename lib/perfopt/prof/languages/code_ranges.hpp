// SPDX-License-Identifier: Apache-2.0
// A set of addresses made of few ranges: functions of a module that are alike to a reader of interpreters.
#pragma once

#include <cstdint>
#include <vector>

namespace perfopt::prof {

class CodeRanges {
 public:
  // Ranges may overlap and come in any order; seal() before contains().
  void add(std::uint64_t begin, std::uint64_t size);
  // Sorts, and joins what is no further apart than `gap` bytes (padding between functions).
  void seal(std::uint64_t gap = 0);

  [[nodiscard]] bool contains(std::uint64_t address) const;
  [[nodiscard]] bool empty() const noexcept { return ranges_.empty(); }

 private:
  struct Range {
    std::uint64_t begin;
    std::uint64_t end;  // exclusive
  };
  std::vector<Range> ranges_;
};

}  // namespace perfopt::prof
