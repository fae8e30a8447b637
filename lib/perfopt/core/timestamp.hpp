// SPDX-License-Identifier: Apache-2.0
// Moments as ISO 8601 text, and as seconds since 1970-01-01T00:00:00Z.
//
// Whole seconds; leap seconds are not counted, as in POSIX.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace perfopt {

// "2026-11-21T13:53:43Z", of the years 0 to 9999.
[[nodiscard]] std::string utc_text(std::int64_t unix_s);
[[nodiscard]] std::int64_t utc_now_s();

// "2026-11-21", "2026-11-21T13:53:43" with 'T' or a space, fractions of a second (dropped) and a zone: "Z", "+01:00",
// "+0100", "+01"; none means UTC. Empty for anything else.
[[nodiscard]] std::optional<std::int64_t> parse_utc(std::string_view text);

}  // namespace perfopt
