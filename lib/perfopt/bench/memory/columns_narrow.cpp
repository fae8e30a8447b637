// SPDX-License-Identifier: Apache-2.0
// A column of readings within a small range, in no order. Packs as 10 bits a value.
#include "perfopt/bench/memory/columns.hpp"

namespace perfopt::bench {
namespace {

void readings(std::vector<std::uint64_t>& values, Random& random) {
  for (std::uint64_t& value : values) value = 20'000 + random.below(1'000);
}

constexpr Problem kProblem = column_problem<readings>("columns_narrow", "Sum of a column of values in a small range");

}  // namespace

const Problem& memory_columns_narrow();
const Problem& memory_columns_narrow() {
  return kProblem;
}

}  // namespace perfopt::bench
