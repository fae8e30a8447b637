// SPDX-License-Identifier: Apache-2.0
#include "perfopt/model/v8_coverage.hpp"

#include <utility>

#include "perfopt/core/error.hpp"
#include "perfopt/model/foreign/field.hpp"

namespace perfopt::model {

std::vector<FunctionCalls> read_v8_coverage(std::string_view text, std::string_view origin) {
  const auto root = foreign::Json::parse(text, nullptr, false);
  if (root.is_discarded()) throw BadInput(std::string(origin) + ": no JSON");
  std::vector<FunctionCalls> result;
  for (const foreign::Field& script : foreign::Field(root, origin).at("result").items()) {
    const std::string url = script.at("url").text();
    for (const foreign::Field& function : script.at("functions").items()) {
      // The first range is the whole function; the others are blocks within it.
      const auto ranges = function.at("ranges").items();
      if (ranges.empty()) function.refuse("expected the range of the function");
      const std::uint64_t calls = ranges.front().at("count").count();
      if (calls == 0) continue;
      result.push_back({function.at("functionName").text(), url, ranges.front().at("startOffset").count(), calls});
    }
  }
  return result;
}

unsigned line_at_utf16(std::string_view text, std::uint64_t offset) {
  unsigned line = 1;
  std::uint64_t unit = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0U) == 0x80U) continue;  // the rest of a character
    if (unit >= offset) break;
    unit += byte >= 0xF0U ? 2 : 1;
    if (c == '\n') ++line;
  }
  return line;
}

}  // namespace perfopt::model
