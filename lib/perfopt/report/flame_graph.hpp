// SPDX-License-Identifier: Apache-2.0
// A profile's flame graph as one static SVG element (flame_drawing.hpp), the heaviest callees first.
//
// Width is the share of the measure. Languages have a colour and a sign of their own before the name. Each box has a
// tooltip with full name, shares and place (an SVG title: no script). Of two profiles, width is the mean of both
// shares, so that what was added and what was removed both stay to be seen; the colour and a sign before the name tell
// by how much the share changed, the box's own calls included. Internal to report/.
#pragma once

#include <vector>

#include "perfopt/report/flame_drawing.hpp"
#include "perfopt/report/profile_view.hpp"
#include "perfopt/stats/flame_union.hpp"

namespace perfopt::report {

[[nodiscard]] std::vector<FlameShape> flame_shapes(const ProfileView& view);
[[nodiscard]] FlameGraph flame_graph(const ProfileView& view);
// Of the mean of both shares.
[[nodiscard]] std::vector<FlameShape> flame_diff_shapes(const stats::FlameUnion& tree);
// `tree` is the union of the trees of both, which count the same unit. What changed by less than `detectable`
// (model::ProfileDiff) allows for its share is drawn as the same.
[[nodiscard]] FlameGraph flame_diff_graph(const ProfileView& before, const ProfileView& after,
                                          const stats::FlameUnion& tree, double detectable);

}  // namespace perfopt::report
