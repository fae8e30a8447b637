// SPDX-License-Identifier: Apache-2.0
// The links that the network category measures over.
//
//   internal to the network category
#pragma once

#include <span>
#include <string_view>

namespace perfopt::bench {

struct LinkProfile {
  std::string_view name;
  double round_trip_s;
  double bytes_per_s;  // each way; 0: as fast as this machine
  double loss;         // share of packets
  std::string_view says;
};

// "loopback" first. A name that is not in it is our own fault.
[[nodiscard]] std::span<const LinkProfile> link_profiles();
[[nodiscard]] const LinkProfile& link_profile(std::string_view name);

}  // namespace perfopt::bench
