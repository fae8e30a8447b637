// SPDX-License-Identifier: Apache-2.0
// A column of random bits. Nothing makes it smaller, and a lossless compressor only costs.
#include "perfopt/bench/memory/columns.hpp"

namespace perfopt::bench {
namespace {

void noise(std::vector<std::uint64_t>& values, Random& random) {
  for (std::uint64_t& value : values) value = random();
}

constexpr Problem kProblem = column_problem<noise>("columns_random", "Sum of a column of random values");

}  // namespace

const Problem& memory_columns_random();
const Problem& memory_columns_random() {
  return kProblem;
}

}  // namespace perfopt::bench
