// SPDX-License-Identifier: Apache-2.0
// Of a build without MPI.
#include "perfopt/bench/distributed/launch.hpp"
#include "perfopt/core/error.hpp"

namespace perfopt::bench {

std::optional<Launched> launched() {
  return std::nullopt;
}

std::vector<std::string> gather_texts(const std::string&) {
  throw Unavailable("this build has no MPI; configure it with -DPERFOPT_DISTRIBUTED=ON");
}

}  // namespace perfopt::bench
