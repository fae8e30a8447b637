// SPDX-License-Identifier: Apache-2.0
// Items of equal cost, and a rank that is half as fast as the others (partition.hpp).
#include "perfopt/bench/distributed/partition.hpp"

namespace perfopt::bench {

const Problem& distributed_partition_straggler() {
  static constexpr Problem kProblem =
      partition_problem<EvenItemsOnStraggler>("partition_straggler", "Items of equal cost, one rank at half speed");
  return kProblem;
}

}  // namespace perfopt::bench
