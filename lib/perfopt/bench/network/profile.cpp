// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/network/profile.hpp"

#include <algorithm>
#include <string>

#include "perfopt/core/error.hpp"

namespace perfopt::bench {

std::span<const LinkProfile> link_profiles() {
  static constexpr double kMbit = 1e6 / 8;
  static constexpr LinkProfile kProfiles[] = {
      {"loopback", 0, 0, 0, "loopback"},
      {"lan", 0.2e-3, 1000 * kMbit, 0, "0.2 ms, 1 Gbit/s"},
      {"region", 10e-3, 200 * kMbit, 0, "10 ms, 200 Mbit/s"},
      {"office", 10e-3, 100 * kMbit, 0, "10 ms, 100 Mbit/s"},
      {"wan", 80e-3, 20 * kMbit, 0.001, "80 ms, 20 Mbit/s, 0.1 % loss"},
  };
  return kProfiles;
}

const LinkProfile& link_profile(std::string_view name) {
  const auto profiles = link_profiles();
  const auto found = std::ranges::find(profiles, name, &LinkProfile::name);
  if (found == profiles.end()) throw Error(ExitCode::internal, "there is no link '" + std::string(name) + "'");
  return *found;
}

}  // namespace perfopt::bench
