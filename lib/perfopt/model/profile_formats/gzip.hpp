// SPDX-License-Identifier: Apache-2.0
// gzip (RFC 1952) through zlib. Internal to model/profile_formats/.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace perfopt::model::profile_formats {

[[nodiscard]] bool is_gzip(std::string_view bytes);
// All members of the file. Throws BadInput for what is broken, cut off, or more than `most` bytes when unpacked.
[[nodiscard]] std::string gunzip(std::string_view bytes, std::string_view origin,
                                 std::size_t most = std::size_t{1} << 31U);
// Without a time and a name in it: the same content gives the same bytes.
[[nodiscard]] std::string gzip(std::string_view content);

}  // namespace perfopt::model::profile_formats
