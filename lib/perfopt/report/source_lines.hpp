// SPDX-License-Identifier: Apache-2.0
// The hottest lines of the hottest source files, with the lines around them: a section of the profile page.
//
// Sources are read when the page is made, by a function that the caller gives, so that this module knows no files. A
// file that cannot be read is told with the reason, one that is newer than the recording too: its lines may have moved.
// At most kMostSourceFiles files and kMostSourceBytes are asked for. Internal to report/.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "perfopt/core/source_file.hpp"
#include "perfopt/report/page.hpp"
#include "perfopt/report/profile_view.hpp"

namespace perfopt::report {

using SourceReader = std::function<SourceFile(const std::string& path)>;

inline constexpr std::size_t kMostSourceFiles = 6;
inline constexpr std::size_t kMostSourceBytes = std::size_t{4} << 20U;

// "" when no frame names a line, or `read` is empty.
[[nodiscard]] std::string source_section(const ProfileView& view, const IdPrefix& prefix, const SourceReader& read);

}  // namespace perfopt::report
