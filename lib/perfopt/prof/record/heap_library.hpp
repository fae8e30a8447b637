// SPDX-License-Identifier: Apache-2.0
// The library that --mode alloc preloads (heap/preload.cpp), compiled in: an installed perfprof is one file.
#pragma once

#include <string_view>

namespace perfopt::prof {

// A shared object for this machine.
[[nodiscard]] std::string_view heap_library() noexcept;

}  // namespace perfopt::prof
