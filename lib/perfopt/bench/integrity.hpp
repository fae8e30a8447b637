// SPDX-License-Identifier: Apache-2.0
// Whether two results are the same, and where they first differ.
#pragma once

#include <cstdint>
#include <string>

#include "perfopt/bench/workload.hpp"

namespace perfopt::bench {

[[nodiscard]] std::size_t element_bytes(Element element);

// XXH3-64 of the bytes and their number. Source: xxHash 0.8.
[[nodiscard]] std::uint64_t digest(const Output& output);

// "element 17: expected 5, got 9", or "expected 100 elements, got 99"; "" when the bytes are equal.
[[nodiscard]] std::string first_difference(const Output& expected, const Output& got);

// Throws IntegrityError with the first element of `got` that is not the one of `expected` to the bit.
void require_equal(const Output& expected, const Output& got);

// Throws IntegrityError at the first element of `got` (f32 or f64) farther from the double reference than
// tolerance * max(|reference|, scale), or not finite. `scale` is the size of the terms that were summed.
void require_close(std::span<const double> reference, const Output& got, double scale);

}  // namespace perfopt::bench
