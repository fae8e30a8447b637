// SPDX-License-Identifier: Apache-2.0
// HTTP requests over loopback (requests.hpp).
#include "perfopt/bench/network/requests.hpp"

namespace perfopt::bench {
namespace {

constexpr char kProfile[] = "loopback";
constexpr Size kSizes[] = {{256, SizeClass::small}, {4096, SizeClass::medium}, {65536, SizeClass::large}};

}  // namespace

const Problem& network_requests() {
  static constexpr Problem problem =
      RequestsOver<kProfile, 50>::problem("requests", "Small HTTP requests over loopback", kSizes);
  return problem;
}

}  // namespace perfopt::bench
