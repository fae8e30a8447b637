// SPDX-License-Identifier: Apache-2.0
// Elements that cost a thousand rounds of a hash each (scatter.hpp): handing them out is nothing beside it.
#include "perfopt/bench/distributed/scatter.hpp"

namespace perfopt::bench {
namespace {

constexpr Size kSizes[] = {{64, SizeClass::small}, {1'024, SizeClass::medium}, {8'192, SizeClass::large}};

}  // namespace

const Problem& distributed_scatter_heavy() {
  static constexpr Problem kProblem =
      scatter_problem<1'000>("scatter_heavy", "Hand out elements with 4 us of work each", kSizes);
  return kProblem;
}

}  // namespace perfopt::bench
