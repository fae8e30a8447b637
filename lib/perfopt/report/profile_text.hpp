// SPDX-License-Identifier: Apache-2.0
// A profile as terminal text or Markdown: the answer first (hottest functions, waits, what to do), a tree on demand.
#pragma once

#include <cstddef>
#include <string>

#include "perfopt/model/profile.hpp"
#include "perfopt/report/text_layout.hpp"

namespace perfopt::report {

struct ProfileTextOptions {
  std::size_t top = 10;
  std::size_t width = 100;
  bool color = false;
  bool tree = false;  // the call tree as well
  bool verbose = false;
  std::string saved_as;  // where the document lies, for the commands that look further; "" nowhere
};

[[nodiscard]] std::string profile_text(const model::Profile& profile, const ProfileTextOptions& options);
[[nodiscard]] std::string profile_markdown(const model::Profile& profile, std::size_t top);
[[nodiscard]] std::string profile_csv(const model::Profile& profile);  // a row a function and measure

}  // namespace perfopt::report
