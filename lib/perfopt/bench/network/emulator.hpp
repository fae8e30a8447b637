// SPDX-License-Identifier: Apache-2.0
// Carries packets between two TUN devices as a link would: half of the round trip each way, at a rate (headers of IP
// included), through a bounded queue that drops what does not fit, with random loss.
//
// A packet leaves the queue when those before it and itself have been sent at the rate, and arrives half a round trip
// later. The queue holds twice what is under way on a full link, at least 256 KiB. Two threads, one each way.
//   internal to the network category
#pragma once

#include <thread>

#include "perfopt/bench/network/profile.hpp"
#include "perfopt/core/file.hpp"

namespace perfopt::bench {

class Emulator {
 public:
  // Takes over the descriptors, which must be non-blocking. Equal seeds lose the same of equal sequences of packets.
  Emulator(const LinkProfile& profile, UniqueFd client, UniqueFd server, std::uint64_t seed);
  Emulator(const Emulator&) = delete;
  Emulator& operator=(const Emulator&) = delete;

 private:
  UniqueFd client_;
  UniqueFd server_;
  std::jthread to_server_;
  std::jthread to_client_;
};

}  // namespace perfopt::bench
