// SPDX-License-Identifier: Apache-2.0
// The only mapping between the Comparison document and JSON (configs/schema/comparison.schema.json).
#pragma once

#include <string>
#include <string_view>

#include "perfopt/model/comparison.hpp"

namespace perfopt::model {

[[nodiscard]] std::string to_json_text(const Comparison& comparison);

// `origin` names the input in messages. Throws BadInput with line or field for anything that is not a Comparison
// document of this or an older version.
[[nodiscard]] Comparison comparison_from_json(std::string_view text, std::string_view origin);

}  // namespace perfopt::model
