// SPDX-License-Identifier: Apache-2.0
// Two profiles of one program as one self-contained HTML page: which functions changed, by how much, how sure that is,
// what was added and removed, and the differential flame graph.
//
// The flame graph and the full table are about the `primary` measure of each, which should be what `diff` compared.
#pragma once

#include <string>

#include "perfopt/model/profile.hpp"
#include "perfopt/model/profile_diff.hpp"
#include "perfopt/report/page.hpp"

namespace perfopt::report {

[[nodiscard]] Article profile_diff_article(const model::Profile& before, const model::Profile& after,
                                           const model::ProfileDiff& diff, const IdPrefix& prefix);
[[nodiscard]] std::string profile_diff_page(const model::Profile& before, const model::Profile& after,
                                            const model::ProfileDiff& diff);

}  // namespace perfopt::report
