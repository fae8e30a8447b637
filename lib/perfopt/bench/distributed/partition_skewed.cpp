// SPDX-License-Identifier: Apache-2.0
// Items whose cost falls with their index (partition.hpp): the first of equal shares has nearly all of the work, and so
// has the first of shrinking chunks.
#include "perfopt/bench/distributed/partition.hpp"

namespace perfopt::bench {

const Problem& distributed_partition_skewed() {
  static constexpr Problem kProblem =
      partition_problem<SkewedItems>("partition_skewed", "Items of very different cost on several ranks");
  return kProblem;
}

}  // namespace perfopt::bench
