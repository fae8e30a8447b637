// SPDX-License-Identifier: Apache-2.0
// A source file named by a document that anybody may have written, read with care.
//
// Such a path may name a secret, a device or a terabyte. Read is what has the suffix of a source file (".cpp", ".py",
// ...), an absolute path without "..", is a regular file outside of /proc, /sys and /dev, is at most kLargestSource
// long and holds no zero byte; of a symbolic link, the file that it leads to has all that too.
// Anything else comes back as a refusal in words; nothing is thrown for it.
#pragma once

#include <cstddef>
#include <string>

namespace perfopt {

inline constexpr std::size_t kLargestSource = std::size_t{2} << 20U;

struct SourceFile {
  std::string text;
  std::string refusal;   // why there is no text: "it is not there"; "" when there is
  std::string modified;  // ISO 8601, UTC
};

[[nodiscard]] SourceFile read_source(const std::string& path);

}  // namespace perfopt
