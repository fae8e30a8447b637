// SPDX-License-Identifier: Apache-2.0
// How to get from a frame to its caller's at one address: where the canonical frame address (CFA) is and where each
// register was saved (DWARF 5, 6.4.1). Small and comparable: few rows serve all the addresses of a program.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "perfopt/prof/native/registers.hpp"

namespace perfopt::prof {

struct RegisterRule {
  enum class Kind : std::uint8_t {
    same,           // not changed
    undefined,      // lost
    at_cfa,         // saved at CFA + value
    cfa_plus,       // is CFA + value
    in_register,    // is in register `value`
    at_expression,  // saved at what expression `value` gives
    expression,     // is what expression `value` gives
  };
  Kind kind = Kind::same;
  std::int32_t value = 0;
  friend auto operator<=>(const RegisterRule&, const RegisterRule&) = default;
};

struct UnwindRow {
  enum class Cfa : std::uint8_t { none, register_plus, expression };
  Cfa cfa = Cfa::none;
  bool signal_frame = false;  // its caller was interrupted: it stands at that instruction, not after a call
  std::uint8_t cfa_register = 0;
  std::int32_t cfa_value = 0;  // offset, or the expression's index
  std::array<RegisterRule, Registers::kCount> registers{};
  friend auto operator<=>(const UnwindRow&, const UnwindRow&) = default;
};

// DWARF expressions that rows refer to, each kept once.
class ExpressionPool {
 public:
  [[nodiscard]] std::int32_t index(std::span<const std::byte> expression) {
    std::vector<std::byte> bytes(expression.begin(), expression.end());
    const auto [entry, added] = index_.try_emplace(std::move(bytes), static_cast<std::int32_t>(expressions_.size()));
    if (added) expressions_.emplace_back(entry->first);
    return entry->second;
  }
  [[nodiscard]] std::span<const std::byte> at(std::int32_t index) const {
    return expressions_.at(static_cast<std::size_t>(index));
  }

 private:
  std::map<std::vector<std::byte>, std::int32_t> index_;
  std::vector<std::span<const std::byte>> expressions_;  // of the keys, which do not move
};

}  // namespace perfopt::prof
