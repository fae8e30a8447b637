// SPDX-License-Identifier: Apache-2.0
// What databases take as text. Private to the module.
#pragma once

#include <string>
#include <string_view>

namespace perfopt::store {

// Valid UTF-8 without zero bytes: what is neither becomes U+FFFD.
[[nodiscard]] std::string storable(std::string_view text);

// A text with nothing but hexadecimal digits and its bytes.
[[nodiscard]] std::string to_hex(std::string_view bytes);

}  // namespace perfopt::store
