// SPDX-License-Identifier: Apache-2.0
// The counts of calls that V8 leaves in a coverage file (NODE_V8_COVERAGE of node).
//
//   source  chromedevtools.github.io/devtools-protocol/tot/Profiler: ScriptCoverage, with callCount
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace perfopt::model {

struct FunctionCalls {
  std::string function;      // "" for one without a name
  std::string url;           // "file:///srv/x.js", "node:internal/..."
  std::uint64_t offset = 0;  // of its first character in the script [UTF-16 units]
  std::uint64_t calls = 0;
};

// Those that were called. Throws BadInput with `origin` and the field.
[[nodiscard]] std::vector<FunctionCalls> read_v8_coverage(std::string_view text, std::string_view origin);

// The line, from 1, that begins at or before that offset of a text in UTF-8.
[[nodiscard]] unsigned line_at_utf16(std::string_view text, std::uint64_t offset);

}  // namespace perfopt::model
