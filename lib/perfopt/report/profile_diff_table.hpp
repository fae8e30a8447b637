// SPDX-License-Identifier: Apache-2.0
// The tables of a profile comparison's page. Private to the module.
#pragma once

#include <string>

#include "perfopt/model/profile_diff.hpp"
#include "perfopt/report/profile_view.hpp"

namespace perfopt::report {

// The functions that changed beyond sampling noise, with their intervals drawn to one scale; "" when there are none.
[[nodiscard]] std::string diff_changes_table(const model::ProfileDiff& diff);
// The functions that changed beyond noise and the 100 largest changes of self among the others, in a box of limited
// height; its caption accounts for all functions.
[[nodiscard]] std::string diff_functions_table(const ProfileView& before, const ProfileView& after,
                                               const model::ProfileDiff& diff);

}  // namespace perfopt::report
