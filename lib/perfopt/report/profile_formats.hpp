// SPDX-License-Identifier: Apache-2.0
// Parts of profile_text() in files of their own. Private to the module.
#pragma once

#include <cstddef>
#include <string>

#include "perfopt/report/profile_view.hpp"

namespace perfopt::report {

// The call tree: a line a function, its share first, children below their caller. A chain of functions that each pass
// on nearly all of it stays at one depth, so that deep stacks stay readable. Branches under 1 % are told by number.
[[nodiscard]] std::string profile_tree(const ProfileView& view, std::size_t width, bool color);

}  // namespace perfopt::report
