// SPDX-License-Identifier: Apache-2.0
#include "perfopt/model/profile.hpp"

#include "perfopt/core/error.hpp"

namespace perfopt::model {

std::optional<std::size_t> find_measure(const Profile& profile, std::string_view name) {
  for (std::size_t i = 0; i < profile.measures.size(); ++i) {
    if (profile.measures[i].name == name) return i;
  }
  return std::nullopt;
}

std::size_t primary_measure(const Profile& profile) {
  if (const auto found = find_measure(profile, profile.primary)) return *found;
  throw BadInput("the profile's primary measure '" + profile.primary + "' is none of those that it has");
}

}  // namespace perfopt::model
