// SPDX-License-Identifier: Apache-2.0
// The only mapping between the ProfileDiff document and JSON (configs/schema/profile_diff.schema.json).
#pragma once

#include <string>
#include <string_view>

#include "perfopt/model/profile_diff.hpp"

namespace perfopt::model {

[[nodiscard]] std::string to_json_text(const ProfileDiff& diff);

// Throws BadInput with line or field for anything that is not a ProfileDiff of this or an older version.
[[nodiscard]] ProfileDiff profile_diff_from_json(std::string_view text, std::string_view origin);

}  // namespace perfopt::model
