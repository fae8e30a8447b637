// SPDX-License-Identifier: Apache-2.0
// JSON records over a link of 0.2 ms and 1 Gbit/s (transfer.hpp):
// about where compression begins to pay off.
#include "perfopt/bench/network/transfer.hpp"

namespace perfopt::bench {
namespace {

constexpr char kProfile[] = "lan";
constexpr Size kSizes[] = {{256, SizeClass::small}, {4096, SizeClass::medium}, {65536, SizeClass::large}};

}  // namespace

const Problem& network_transfer_lan() {
  static constexpr Problem problem = TransferOver<kProfile, 32>::problem(
      "transfer_lan", "Send JSON records over a link of 0.2 ms and 1 Gbit/s", kSizes);
  return problem;
}

}  // namespace perfopt::bench
