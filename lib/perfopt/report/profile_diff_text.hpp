// SPDX-License-Identifier: Apache-2.0
// What `perfprof diff` found: the answer, the functions that changed, what else is worth knowing.
#pragma once

#include <cstddef>
#include <string>

#include "perfopt/model/profile_diff.hpp"

namespace perfopt::report {

struct ProfileDiffTextOptions {
  std::size_t top = 10;  // functions of each section
  unsigned width = 100;  // below 80 counts as 80
  bool color = false;
};

// Text of the document is made harmless (escape.hpp).
[[nodiscard]] std::string profile_diff_text(const model::ProfileDiff& diff, const ProfileDiffTextOptions& options);
[[nodiscard]] std::string profile_diff_markdown(const model::ProfileDiff& diff, std::size_t top);
[[nodiscard]] std::string profile_diff_csv(const model::ProfileDiff& diff);  // a row for each function that was tested

}  // namespace perfopt::report
