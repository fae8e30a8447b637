// SPDX-License-Identifier: Apache-2.0
// JSON records over a link of 10 ms and 200 Mbit/s (transfer.hpp):
// few messages, for each costs the baseline 10 ms.
#include "perfopt/bench/network/transfer.hpp"

namespace perfopt::bench {
namespace {

constexpr char kProfile[] = "region";
constexpr Size kSizes[] = {{1024, SizeClass::small}, {65536, SizeClass::large}};

}  // namespace

const Problem& network_transfer_region() {
  static constexpr Problem problem = TransferOver<kProfile, 8>::problem(
      "transfer_region", "Send JSON records over a link of 10 ms and 200 Mbit/s", kSizes, 3);
  return problem;
}

}  // namespace perfopt::bench
