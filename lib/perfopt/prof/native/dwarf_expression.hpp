// SPDX-License-Identifier: Apache-2.0
// The value of a DWARF expression in a frame, as call frame information uses them: PLT entries, signal frames, frames
// that align their stack (DWARF 5, 2.5). Operators of types, pieces and calls do not occur there and are refused.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "perfopt/prof/native/memory.hpp"
#include "perfopt/prof/native/registers.hpp"

namespace perfopt::prof {

enum class ExpressionError : std::uint8_t { none, no_memory, invalid };

// `first`: what lies on the stack at the start (the CFA, for rules of registers); empty: nothing.
// Ends for any bytes: the number of steps is limited.
[[nodiscard]] std::optional<std::uint64_t> evaluate(std::span<const std::byte> expression, const Registers& registers,
                                                    const Memory& memory, std::optional<std::uint64_t> first,
                                                    ExpressionError& error);

}  // namespace perfopt::prof
