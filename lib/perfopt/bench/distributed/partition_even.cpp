// SPDX-License-Identifier: Apache-2.0
// Items of equal cost on equal ranks (partition.hpp): fixed shares are right, and drawing must cost nothing.
#include "perfopt/bench/distributed/partition.hpp"

namespace perfopt::bench {

const Problem& distributed_partition_even() {
  static constexpr Problem kProblem =
      partition_problem<EvenItems>("partition_even", "Items of equal cost on several ranks");
  return kProblem;
}

}  // namespace perfopt::bench
