// SPDX-License-Identifier: Apache-2.0
// Which profile in the same page shows a strategy of a benchmark report at work.
//
// Only the command of a profile tells: recorded stacks hold the classes of strategies, whose names no document knows
// ("Find<boost::unordered_flat_map<...>>::run" is memory/maps_find/boost_flat_map), and a run under `--filter` has all
// strategies of a problem in one profile. So a profile belongs to
//   - a strategy, when a word of its command is "memory/maps_find/flat", or "maps_find" and "flat" are words of it;
//   - a whole problem, when a word of it is "memory/maps_find".
// A word may stand behind "=", and between "^" and "$" as in a filter. Nothing else is linked: no link is better than a
// wrong one. Internal to report/.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace perfopt::report {

struct ProfileLink {
  std::string anchor;   // id of the profile's article
  std::string command;  // of the profile
};

// The first that belongs to the strategy, `variant` being "" for the whole problem; null when none does. `problem` is
// "memory/maps_find".
[[nodiscard]] const ProfileLink* profile_of(const std::vector<ProfileLink>& profiles, std::string_view problem,
                                            std::string_view variant);

}  // namespace perfopt::report
