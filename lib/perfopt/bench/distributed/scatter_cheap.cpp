// SPDX-License-Identifier: Apache-2.0
// Elements that cost one multiplication each (scatter.hpp): their way to another rank costs more. Do not do this.
#include "perfopt/bench/distributed/scatter.hpp"

namespace perfopt::bench {
namespace {

constexpr Size kSizes[] = {{1'024, SizeClass::small}, {65'536, SizeClass::medium}, {524'288, SizeClass::large}};

}  // namespace

const Problem& distributed_scatter_cheap() {
  static constexpr Problem kProblem =
      scatter_problem<0>("scatter_cheap", "Hand out elements with a nanosecond of work each", kSizes);
  return kProblem;
}

}  // namespace perfopt::bench
