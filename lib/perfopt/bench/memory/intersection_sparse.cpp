// SPDX-License-Identifier: Apache-2.0
// Sets that hold one id in a hundred: a bitmap gains little over a sorted vector.
#include "perfopt/bench/memory/intersection.hpp"

namespace perfopt::bench {
namespace {

constexpr Problem kProblem = intersection_problem<100>("intersection_sparse", "Intersect two sets of ids, 1 % dense");

}  // namespace

const Problem& memory_intersection_sparse();
const Problem& memory_intersection_sparse() {
  return kProblem;
}

}  // namespace perfopt::bench
