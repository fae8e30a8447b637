// SPDX-License-Identifier: Apache-2.0
// A build without MPI.
#include "perfopt/bench/distributed/follow.hpp"
#include "perfopt/core/error.hpp"

namespace perfopt::bench {

void follow_ranks() {
  throw Unavailable("this build has no MPI: configure it with -DPERFOPT_DISTRIBUTED=ON");
}

void release_ranks() {}

}  // namespace perfopt::bench
