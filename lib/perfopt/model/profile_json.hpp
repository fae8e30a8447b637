// SPDX-License-Identifier: Apache-2.0
// The JSON of the Profile document: configs/schema/profile.schema.json. Strings of frames stand in one table, frames,
// stacks and samples in columns.
#pragma once

#include <string>
#include <string_view>

#include "perfopt/model/profile.hpp"

namespace perfopt::model {

[[nodiscard]] std::string to_json_text(const Profile& profile);

// Throws BadInput with the line or field of what is wrong, also for an index that points nowhere; `origin` names the
// input.
[[nodiscard]] Profile profile_from_json(std::string_view text, std::string_view origin);

}  // namespace perfopt::model
