// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/allocations.hpp"

#include <atomic>

extern "C" {
// Defined by allocation_hook.cpp where a program links it, else null.
[[gnu::weak]] extern std::atomic<bool> perfopt_allocations_on;
[[gnu::weak]] extern std::atomic<std::uint64_t> perfopt_allocation_calls;
[[gnu::weak]] extern std::atomic<std::uint64_t> perfopt_allocation_bytes;
}

namespace perfopt::bench {

AllocationCount::AllocationCount() {
  if (&perfopt_allocations_on == nullptr) return;
  perfopt_allocation_calls = 0;
  perfopt_allocation_bytes = 0;
  perfopt_allocations_on = true;
}

AllocationCount::~AllocationCount() {
  if (&perfopt_allocations_on != nullptr) perfopt_allocations_on = false;
}

std::optional<Allocations> AllocationCount::so_far() const {
  if (&perfopt_allocations_on == nullptr) return std::nullopt;
  return Allocations{perfopt_allocation_calls, perfopt_allocation_bytes};
}

}  // namespace perfopt::bench
