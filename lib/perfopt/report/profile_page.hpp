// SPDX-License-Identifier: Apache-2.0
// A profile as one self-contained HTML page without scripts from elsewhere: answer, recommendations, flame graph,
// functions, waits, threads over time.
#pragma once

#include <string>

#include "perfopt/model/profile.hpp"
#include "perfopt/report/page.hpp"

namespace perfopt::report {

[[nodiscard]] Article profile_article(const model::Profile& profile, const IdPrefix& prefix);
[[nodiscard]] std::string profile_page(const model::Profile& profile);

}  // namespace perfopt::report
