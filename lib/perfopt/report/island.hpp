// SPDX-License-Identifier: Apache-2.0
// JSON that stands in a <script type="application/json"> of a page, written so that no name can leave it.
//
// `<`, `>` and `&` are \u escapes: an HTML parser looks for "</script" and "<!--" inside of strings too. What
// printable() of escape.hpp refuses (bytes that are no UTF-8, controls, U+2028, marks of direction) becomes U+FFFD;
// JSON.parse gives back every other character as it was. Internal to report/.
//
// Long columns of whole numbers are packed: LEB128 of each, then base64 as one JSON string; of deltas with the sign in
// the lowest bit (zigzag) where neighbours are close. What is long enough for it to pay is deflated in between (zlib's
// frame, RFC 1950, the "deflate" of a browser's DecompressionStream), which a leading `~` tells, as no base64 has one.
// About 1.5 characters a number of a profile, against 7 as text. The same values give the same bytes under one zlib.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace perfopt::report {

[[nodiscard]] std::string island_text(std::string_view text);  // with its quotes
// The shortest text that reads back as the same double; null for what JSON cannot say.
[[nodiscard]] std::string island_number(double value);
[[nodiscard]] std::string island_numbers(std::span<const double> values);  // "[1,2.5]"
// Each at most 2^53: a number of JavaScript holds no larger one exactly.
[[nodiscard]] std::string packed(std::span<const std::uint64_t> values);
[[nodiscard]] std::string packed_deltas(std::span<const std::uint64_t> values);
// Any other JSON value: as it is, or its text deflated where that is shorter. So what is packed must not be a string.
[[nodiscard]] std::string packed_json(std::string json);

// {"a":1,"b":"x"} member by member; values are JSON already.
class IslandObject {
 public:
  IslandObject& add(std::string_view name, std::string_view json);
  IslandObject& add_text(std::string_view name, std::string_view text) { return add(name, island_text(text)); }
  IslandObject& add_number(std::string_view name, double value) { return add(name, island_number(value)); }
  [[nodiscard]] std::string json() const { return "{" + members_ + "}"; }

 private:
  std::string members_;
};

// [a,b,...] of JSON values.
template <class Range, class ToJson>
std::string island_list(const Range& range, ToJson to_json) {
  std::string out;
  for (const auto& item : range) {
    if (!out.empty()) out += ',';
    out += to_json(item);
  }
  return "[" + out + "]";
}

}  // namespace perfopt::report
