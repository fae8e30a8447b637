// SPDX-License-Identifier: Apache-2.0
// A column of short codes of text, 8 letters each, few of them frequent. Little information in many bits: what
// dictionary coders are made for, and bit-packing is not.
#include <array>

#include "perfopt/bench/memory/columns.hpp"

namespace perfopt::bench {
namespace {

std::uint64_t random_code(Random& random) {
  std::uint64_t code = 0;
  for (int letter = 0; letter < 8; ++letter) code = code << 8U | ('A' + random.below(26));
  return code;
}

void codes(std::vector<std::uint64_t>& values, Random& random) {
  std::array<std::uint64_t, 64> dictionary{};
  for (std::uint64_t& code : dictionary) code = random_code(random);
  for (std::uint64_t& value : values) {
    // The lesser of three picks: the first code is the most frequent (5 %), the last ones are rare.
    const std::uint64_t bits = random();
    value = dictionary[std::min({bits & 63U, bits >> 6U & 63U, bits >> 12U & 63U})];
  }
}

constexpr Problem kProblem = column_problem<codes>("columns_text", "Sum of a column of short codes of text");

}  // namespace

const Problem& memory_columns_text();
const Problem& memory_columns_text() {
  return kProblem;
}

}  // namespace perfopt::bench
