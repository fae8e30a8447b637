// SPDX-License-Identifier: Apache-2.0
// The only mapping between the Suite document and JSON (configs/schema/suite.schema.json).
//
// Non-finite numbers are written as null and read back as NaN. Text that is not UTF-8 is written with U+FFFD.
#pragma once

#include <string>
#include <string_view>

#include "perfopt/model/suite.hpp"

namespace perfopt::model {

[[nodiscard]] std::string to_json_text(const Suite& suite);

// `origin` names the input in messages. Throws BadInput with line or field for anything that is not a Suite
// document of this or an older version.
[[nodiscard]] Suite suite_from_json(std::string_view text, std::string_view origin);

}  // namespace perfopt::model
