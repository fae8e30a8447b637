// SPDX-License-Identifier: Apache-2.0
// Sets that hold every other id: a bitmap's best case.
#include "perfopt/bench/memory/intersection.hpp"

namespace perfopt::bench {
namespace {

constexpr Problem kProblem = intersection_problem<2>("intersection", "Intersect two sets of ids, half dense");

}  // namespace

const Problem& memory_intersection();
const Problem& memory_intersection() {
  return kProblem;
}

}  // namespace perfopt::bench
