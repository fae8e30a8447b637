// SPDX-License-Identifier: Apache-2.0
// JSON records over a link of 80 ms, 20 Mbit/s and 0.1 % loss (transfer.hpp):
// few messages, for each costs the baseline 80 ms.
#include "perfopt/bench/network/transfer.hpp"

namespace perfopt::bench {
namespace {

constexpr char kProfile[] = "wan";
constexpr Size kSizes[] = {{32768, SizeClass::large}};

}  // namespace

const Problem& network_transfer_wan() {
  static constexpr Problem problem = TransferOver<kProfile, 4>::problem(
      "transfer_wan", "Send JSON records over a link of 80 ms, 20 Mbit/s and 0.1 % loss", kSizes, 14);
  return problem;
}

}  // namespace perfopt::bench
