// SPDX-License-Identifier: Apache-2.0
// JSON records over a link of 10 ms and 100 Mbit/s (transfer.hpp):
// 32 messages, each of which costs the baseline 10 ms.
#include "perfopt/bench/network/transfer.hpp"

namespace perfopt::bench {
namespace {

constexpr char kProfile[] = "office";
constexpr Size kSizes[] = {{1024, SizeClass::small}, {65536, SizeClass::large}};

}  // namespace

const Problem& network_transfer_office() {
  static constexpr Problem problem = TransferOver<kProfile, 32>::problem(
      "transfer_office", "Send JSON records over a link of 10 ms and 100 Mbit/s", kSizes, 6);
  return problem;
}

}  // namespace perfopt::bench
