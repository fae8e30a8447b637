// SPDX-License-Identifier: Apache-2.0
// The data of the flame graph that the page's script draws: the merged tree, and its values by thread, activity, time.
//
// A JSON object of columns, packed as island.hpp says (templates/web/ reads it):
//   names, places  texts, each once; those of functions are as function_name.hpp shortens them, at most 200 characters
//   frames         one entry a function: indices of its name and its place, as deltas, and of its language
//   nodes          top down, without the root, which is node 0; entry i is node i + 1. `parent` is how far before it
//                  its caller stands, `frame` its function, `self` its value in `unit`, left out where rows tell it
//   rows           self split by node, thread, activity and bucket of `bucket_ns`: their sum by node is self. null
//                  when that tells nothing more, or when it were more than kMostFlameRows even in one bucket
//   after          of two profiles: `self` of the second one for each node; "nodes" is the union of both trees
//   sure_points    of two profiles: points by which a box with 10 % of both must differ to be more than sampling noise;
//                  one of the mean share s: sqrt(s (1 - s) / 0.09) times that
// A tree beyond the limits of flame_size.hpp is cut to them. Selfs sum to the total of the measure. A total above 2^53
// is told in units of "scale", a power of two, so that a number of JavaScript holds it.
// Equal profiles, equal bytes. Internal to report/.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "perfopt/report/profile_view.hpp"
#include "perfopt/stats/flame_union.hpp"

namespace perfopt::report {

inline constexpr std::size_t kMostFlameRows = 60'000;  // about 10 bytes of the page each
inline constexpr std::size_t kMostFlameBuckets = 1'000;

// "" when the profile has no samples. `id`: letters, digits and hyphens.
[[nodiscard]] std::string flame_island(const ProfileView& view, std::string_view id);
// `tree` is the union of the trees of both; `detectable` of model::ProfileDiff.
[[nodiscard]] std::string flame_diff_island(const ProfileView& before, const ProfileView& after,
                                            const stats::FlameUnion& tree, std::string_view id, double detectable);

}  // namespace perfopt::report
