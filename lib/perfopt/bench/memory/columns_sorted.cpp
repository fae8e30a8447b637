// SPDX-License-Identifier: Apache-2.0
// A column of timestamps: nanoseconds, ascending, about 1 us apart. Packs as 11-bit steps.
#include "perfopt/bench/memory/columns.hpp"

namespace perfopt::bench {
namespace {

void timestamps(std::vector<std::uint64_t>& values, Random& random) {
  std::uint64_t now = 1'700'000'000'000'000'000 + random.below(1'000'000'000);
  for (std::uint64_t& value : values) value = now += random.below(2'000);
}

constexpr Problem kProblem = column_problem<timestamps>("columns_sorted", "Sum of a column of sorted timestamps");

}  // namespace

const Problem& memory_columns_sorted();
const Problem& memory_columns_sorted() {
  return kProblem;
}

}  // namespace perfopt::bench
