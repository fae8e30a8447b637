// SPDX-License-Identifier: Apache-2.0
// What a file is that is no document of anybody, told from its first bytes, for messages. Internal to model/.
#pragma once

#include <string_view>

namespace perfopt::model {

// "it is compressed with gzip; unpack it with gzip -d"; "" for what may be JSON or text.
[[nodiscard]] std::string_view file_kind(std::string_view text);

}  // namespace perfopt::model
