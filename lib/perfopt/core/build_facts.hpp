// SPDX-License-Identifier: Apache-2.0
// How this library was built: what `--version` prints and what a document records, so that numbers can be traced to
// a build.
//
// The texts are fixed at build time and live as long as the program.
#pragma once

#include <string_view>

namespace perfopt {

struct BuildFacts {
  std::string_view version;   // "0.1.0"
  std::string_view commit;    // 12 hex digits, with "-dirty" for a changed tree; "" when not built from a checkout
  std::string_view compiler;  // "GNU 12.2.0"
  std::string_view compiler_flags;  // of the build type and the user; not the warnings
  std::string_view build_type;      // "Release"
  std::string_view sanitizers;      // "address,undefined"; "" for none
};

[[nodiscard]] const BuildFacts& build_facts() noexcept;

}  // namespace perfopt
