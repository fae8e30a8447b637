// SPDX-License-Identifier: Apache-2.0
// HTTP requests over a link of 10 ms and 200 Mbit/s (requests.hpp).
#include "perfopt/bench/network/requests.hpp"

namespace perfopt::bench {
namespace {

constexpr char kProfile[] = "region";
constexpr Size kSizes[] = {{4096, SizeClass::small}, {65536, SizeClass::large}};

}  // namespace

const Problem& network_requests_region() {
  static constexpr Problem problem = RequestsOver<kProfile, 6>::problem(
      "requests_region", "Small HTTP requests over a link of 10 ms and 200 Mbit/s", kSizes, 3);
  return problem;
}

}  // namespace perfopt::bench
