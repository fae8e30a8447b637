// SPDX-License-Identifier: Apache-2.0
// The tightest loops that this machine allows, by the widest vectors it has (Highway, chosen at run time).
#pragma once

#include <cstddef>
#include <cstdint>

namespace perfopt::bench {

// Reads `count` words once and returns their sum (modulo 2^64). Any alignment.
[[nodiscard]] std::uint64_t read_words(const std::uint64_t* words, std::size_t count);

// Runs `rounds` of independent fused multiply-adds in registers; returns the number of floating-point operations
// (an FMA counts two) and adds a value that depends on all of them to `sink`.
[[nodiscard]] double multiply_add_f32(std::size_t rounds, double& sink);
[[nodiscard]] double multiply_add_f64(std::size_t rounds, double& sink);

}  // namespace perfopt::bench
