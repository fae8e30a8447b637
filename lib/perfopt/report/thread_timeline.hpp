// SPDX-License-Identifier: Apache-2.0
// What threads did over time, as static SVG: how many ran at once, a strip a thread, and the memory of the tree.
//
// A sample stands for the time up to its moment. Each picture is "" when the profile cannot tell. Internal to report/.
#pragma once

#include <string>
#include <string_view>

#include "perfopt/report/profile_view.hpp"

namespace perfopt::report {

[[nodiscard]] std::string concurrency_chart(const ProfileView& view);
// The busiest threads, a strip each: how dark tells how much of the time it was on a CPU, the colour what it waited
// for otherwise.
[[nodiscard]] std::string thread_strips(const ProfileView& view);
[[nodiscard]] std::string memory_chart(const model::Profile& profile);

// The same for the script (line_buckets.hpp), finer; "" where the picture is, and where it shows all there
// is: a figure has data-lines only with an island.
[[nodiscard]] std::string concurrency_island(const ProfileView& view, std::string_view id);
[[nodiscard]] std::string memory_island(const model::Profile& profile, std::string_view id);

}  // namespace perfopt::report
