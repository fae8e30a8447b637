// SPDX-License-Identifier: Apache-2.0
// A profile as one self-contained HTML page without scripts from elsewhere: answer, recommendations, flame graph,
// functions, source lines, waits, threads over time.
#pragma once

#include <string>

#include "perfopt/model/profile.hpp"
#include "perfopt/report/page.hpp"
#include "perfopt/report/source_lines.hpp"

namespace perfopt::report {

// `sources`: read_source() of core/source_file.hpp in programs; without it no source lines are shown.
[[nodiscard]] Article profile_article(const model::Profile& profile, const IdPrefix& prefix,
                                      const SourceReader& sources = {});
[[nodiscard]] std::string profile_page(const model::Profile& profile, const SourceReader& sources = {});

}  // namespace perfopt::report
