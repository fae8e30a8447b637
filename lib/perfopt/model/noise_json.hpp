// SPDX-License-Identifier: Apache-2.0
// The only mapping between the Noise document and JSON (configs/schema/noise.schema.json).
#pragma once

#include <string>
#include <string_view>

#include "perfopt/model/noise.hpp"

namespace perfopt::model {

[[nodiscard]] std::string to_json_text(const NoiseProfile& profile);

// `origin` names the input in messages. Throws BadInput with line or field for anything that is not a Noise document
// of this or an older version.
[[nodiscard]] NoiseProfile noise_from_json(std::string_view text, std::string_view origin);

}  // namespace perfopt::model
