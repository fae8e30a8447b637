// SPDX-License-Identifier: Apache-2.0
// Which of our documents a text is, told from its content without reading it as a whole.
#pragma once

#include <string>
#include <string_view>

namespace perfopt::model {

// The string of the field "schema" of the outermost object: "perfopt.suite". "" for text that is not JSON up to there
// or has no such field, spelt without escapes. Our own documents have it first, so that only their head is looked at;
// any other JSON is scanned to its end, without memory for it.
[[nodiscard]] std::string schema_of(std::string_view text);

}  // namespace perfopt::model
