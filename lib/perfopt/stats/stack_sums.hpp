// SPDX-License-Identifier: Apache-2.0
// A measure summed by stack, which makes a million rows as many sums as there are stacks, and a walk over their tree.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "perfopt/model/profile.hpp"
#include "perfopt/stats/hotspots.hpp"

namespace perfopt::stats {

struct StackSums {
  std::vector<std::uint64_t> self;  // by index into Profile::stacks
  std::vector<std::uint64_t> rows;  // that it was summed from
  std::uint64_t no_stack = 0;
  std::uint64_t no_stack_rows = 0;
  std::uint64_t total = 0;  // of all of self and no_stack
};

// The rows that `filter` takes. Throws BadInput when the profile has no such measure.
[[nodiscard]] StackSums stack_sums(const model::Profile& profile, const SampleFilter& filter);

// The filter takes this row.
[[nodiscard]] bool takes(const SampleFilter& filter, const model::Samples& samples, std::size_t row);

// A stack's self and those of all stacks that go on from it.
[[nodiscard]] std::vector<std::uint64_t> subtree_sums(const model::Profile& profile,
                                                      const std::vector<std::uint64_t>& self);

// Visits every stack after its callers: enter(stack) on the way down, leave(stack) when all below it were visited.
void walk_stacks(const model::Profile& profile, const std::function<void(std::uint32_t)>& enter,
                 const std::function<void(std::uint32_t)>& leave);

}  // namespace perfopt::stats
