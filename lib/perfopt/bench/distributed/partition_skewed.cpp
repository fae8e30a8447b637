// SPDX-License-Identifier: Apache-2.0
// Items whose cost grows with their index (partition.hpp): the last of equal shares has nearly all of the work.
#include "perfopt/bench/distributed/partition.hpp"

namespace perfopt::bench {

const Problem& distributed_partition_skewed() {
  static constexpr Problem kProblem =
      partition_problem<SkewedItems>("partition_skewed", "Items of very different cost on several ranks");
  return kProblem;
}

}  // namespace perfopt::bench
