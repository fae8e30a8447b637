// SPDX-License-Identifier: Apache-2.0
// JSON records over loopback (transfer.hpp):
// where compression costs more than it saves.
#include "perfopt/bench/network/transfer.hpp"

namespace perfopt::bench {
namespace {

constexpr char kProfile[] = "loopback";
constexpr Size kSizes[] = {{256, SizeClass::small}, {4096, SizeClass::medium}, {65536, SizeClass::large}};

}  // namespace

const Problem& network_transfer_loopback() {
  static constexpr Problem problem =
      TransferOver<kProfile, 32>::problem("transfer_loopback", "Send JSON records over loopback", kSizes);
  return problem;
}

}  // namespace perfopt::bench
