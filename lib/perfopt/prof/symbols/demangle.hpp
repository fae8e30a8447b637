// SPDX-License-Identifier: Apache-2.0
// The name that a programmer wrote, of a linker's symbol: C++ (Itanium ABI), Rust (legacy and v0), as libiberty knows
// them. Without parameters and return type, as in `std::vector<int>::push_back`; the hash of Rust's legacy names and
// what a compiler appends to parts and copies of a function (".cold", ".isra.0", ".llvm.123") are left off, so that
// these count as the function that they are of.
#pragma once

#include <string>

namespace perfopt::prof {

// A name that is not mangled comes back as it is.
[[nodiscard]] std::string demangled(const std::string& symbol);

}  // namespace perfopt::prof
