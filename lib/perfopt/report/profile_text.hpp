// SPDX-License-Identifier: Apache-2.0
// A profile as terminal text or Markdown: the answer first (hottest functions, waits, what to do), a tree on demand.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "perfopt/model/profile.hpp"
#include "perfopt/report/text_layout.hpp"
#include "perfopt/stats/hotspots.hpp"

namespace perfopt::report {

// What --by takes.
inline constexpr const char* kProfileGroups = "function|module|line|thread|process|language";
// Throws BadInput for what is none of them, with the nearest.
[[nodiscard]] stats::GroupBy profile_group(std::string_view name);

struct ProfileTextOptions {
  std::size_t top = 10;  // rows of hotspots
  stats::GroupBy by = stats::GroupBy::function;
  std::size_t width = 100;
  bool color = false;
  bool tree = false;  // the call tree as well
  bool verbose = false;
  std::string saved_as;  // where the document lies, for the commands that look further; "" nowhere
};

[[nodiscard]] std::string profile_text(const model::Profile& profile, const ProfileTextOptions& options);
[[nodiscard]] std::string profile_markdown(const model::Profile& profile, std::size_t top,
                                           stats::GroupBy by = stats::GroupBy::function);
// A row a function (module, ...) and measure.
[[nodiscard]] std::string profile_csv(const model::Profile& profile, stats::GroupBy by = stats::GroupBy::function);

}  // namespace perfopt::report
