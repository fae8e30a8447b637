// SPDX-License-Identifier: Apache-2.0
// Parts of profile_text() in files of their own, and what it shares with the other texts. Private to the module.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "perfopt/report/profile_text.hpp"
#include "perfopt/report/profile_view.hpp"

namespace perfopt::report {

// The call tree: a line a function, its share first, children below their caller. A chain of functions that each pass
// on nearly all of it stays at one depth, so that deep stacks stay readable. Branches under 1 % are told by number.
[[nodiscard]] std::string profile_tree(const ProfileView& view, std::size_t width, bool color);

// "module": one of what is listed.
[[nodiscard]] std::string_view group_word(stats::GroupBy by);

// What is listed: functions, modules, ... with self, the hottest first. Empty where there are no samples.
struct HotspotList {
  HotspotList(const ProfileView& view, stats::GroupBy group);

  stats::GroupBy by;
  std::string_view one;   // group_word()
  std::string_view many;  // "modules"
  std::vector<stats::Hotspot> rows;
  std::vector<std::optional<std::uint64_t>> counts;  // of ProfileView::second, for functions

  // How many of them --top takes; never none of some.
  [[nodiscard]] std::size_t shown(std::size_t top) const;
  // Where a function stands; "" for all else.
  [[nodiscard]] std::string place(const stats::Hotspot& spot) const;
};

// With its heading, and a line for those that are left out.
[[nodiscard]] std::string hotspot_table(const ProfileView& view, const ProfileTextOptions& options);

}  // namespace perfopt::report
