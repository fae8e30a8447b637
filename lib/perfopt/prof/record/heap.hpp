// SPDX-License-Identifier: Apache-2.0
// Allocations by stack, and what was never freed, by a library that is preloaded into the program (heap/preload.cpp).
//
// An allocation of s bytes, sampled with mean interval m, was met with probability p = 1 - exp(-s / m): it stands for
// s / p bytes and 1 / p allocations. Frames are native: a sample is looked at after the fact, when interpreters have
// gone on. The relative error of a figure that rests on n samples is about 1 / sqrt(n).
//
// Not possible, and told: an attached process, a static program, a program with a malloc of its own.
#pragma once

#include <cstdint>
#include <string>

#include "perfopt/prof/record/backend.hpp"

namespace perfopt::prof {

[[nodiscard]] BackendKind heap_kind();

// What one sampled allocation stands for.
struct AllocationWeight {
  std::uint64_t bytes = 0;
  std::uint64_t count = 0;
};
[[nodiscard]] AllocationWeight allocation_weight(std::uint64_t size, std::uint64_t mean);

// Why no library can be preloaded into that executable: "" when it can.
[[nodiscard]] std::string preload_refusal(const std::string& file);

}  // namespace perfopt::prof
