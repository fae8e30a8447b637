// SPDX-License-Identifier: Apache-2.0
// What --version prints: from which sources, with which compiler, flags and libraries this program was built.
#pragma once

#include <string>

namespace perfopt::cli {

[[nodiscard]] std::string version_text(const std::string& program);

}  // namespace perfopt::cli
