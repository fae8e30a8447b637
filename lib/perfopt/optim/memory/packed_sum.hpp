// SPDX-License-Identifier: Apache-2.0
// The kernel of PackedColumn::sum(): sums of bit-planed groups, with the widest SIMD that this CPU has.
//
//   internal
#pragma once

#include <cstdint>
#include <span>

#include "perfopt/optim/memory/packed_column.hpp"

namespace perfopt::optim {

// The sum modulo 2^64 of all values of `groups`, whose planes follow each other from `planes` on.
[[nodiscard]] std::uint64_t sum_groups(std::span<const PackedColumn::Group> groups, const PackedColumn::Plane* planes);

}  // namespace perfopt::optim
