// SPDX-License-Identifier: Apache-2.0
// Counts calls of malloc, calloc, realloc, memalign and operator new in this process while switched on.
//
// The counting functions replace the C library's in a program that links Perfopt::bench_allocations (perfbench
// does); elsewhere, and under sanitizers, which bring their own, counting is unavailable. While off, the cost of a
// call is one predictable branch, the same for every strategy.
#pragma once

#include <cstdint>
#include <optional>

namespace perfopt::bench {

struct Allocations {
  std::uint64_t calls = 0;
  std::uint64_t bytes = 0;
};

class AllocationCount {
 public:
  AllocationCount();
  AllocationCount(const AllocationCount&) = delete;
  AllocationCount& operator=(const AllocationCount&) = delete;
  ~AllocationCount();
  // Since construction, of all threads; empty where counting is unavailable.
  [[nodiscard]] std::optional<Allocations> so_far() const;
};

}  // namespace perfopt::bench
