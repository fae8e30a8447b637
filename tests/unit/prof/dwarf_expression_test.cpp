// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/native/dwarf_expression.hpp"

#include <doctest/doctest.h>
#include <dwarf.h>

#include <array>
#include <initializer_list>
#include <vector>

namespace {

using namespace perfopt::prof;

constexpr std::array<std::uint64_t, 2> kStack{0x1111, 0x2222};

std::optional<std::uint64_t> value_of(std::initializer_list<int> operations, ExpressionError& error,
                                      std::optional<std::uint64_t> first = {}) {
  std::vector<std::byte> bytes;
  for (const int one : operations) bytes.push_back(static_cast<std::byte>(one));
  Registers registers;
  registers.set(Registers::kSp, 0x7000);
  registers.set(Registers::kIp, 0x100B);
  const CopiedStack memory(0x7000, std::as_bytes(std::span(kStack)));
  return evaluate(bytes, registers, memory, first, error);
}

std::optional<std::uint64_t> value_of(std::initializer_list<int> operations, std::optional<std::uint64_t> first = {}) {
  ExpressionError error = ExpressionError::none;
  return value_of(operations, error, first);
}

ExpressionError error_of(std::initializer_list<int> operations) {
  ExpressionError error = ExpressionError::none;
  CHECK_FALSE(value_of(operations, error));
  return error;
}

}  // namespace

TEST_CASE("expressions have the values that the standard gives them") {
  // The CFA of an entry of the PLT: 8 more once its first instructions have pushed, at the 11th byte of 16.
  CHECK(value_of({DW_OP_breg7, 8, DW_OP_breg16, 0, DW_OP_lit15, DW_OP_and, DW_OP_lit11, DW_OP_ge, DW_OP_lit3, DW_OP_shl,
                  DW_OP_plus}) == 0x7010);
  CHECK(value_of({DW_OP_breg7, 8, DW_OP_deref}) == 0x2222);
  CHECK(value_of({DW_OP_breg7, 0, DW_OP_deref_size, 1}) == 0x11);
  CHECK(value_of({DW_OP_plus_uconst, 0x80, 0x01}, 1) == 129);
  CHECK(value_of({DW_OP_const1s, 0xFE, DW_OP_const1u, 3, DW_OP_mul}) == ~std::uint64_t{5});
  CHECK(value_of({DW_OP_lit1, DW_OP_lit2, DW_OP_lit3, DW_OP_rot, DW_OP_minus}) == ~std::uint64_t{0});
  CHECK(value_of({DW_OP_lit0, DW_OP_bra, 1, 0, DW_OP_lit5, DW_OP_lit7}) == 7);
  CHECK(value_of({DW_OP_lit1, DW_OP_bra, 1, 0, DW_OP_lit5, DW_OP_lit7, DW_OP_skip, 0, 0}) == 7);
}

TEST_CASE("expressions that cannot be evaluated end with a reason") {
  CHECK(error_of({DW_OP_breg7, 16, DW_OP_deref}) == ExpressionError::no_memory);
  CHECK(error_of({}) == ExpressionError::invalid);
  CHECK(error_of({DW_OP_plus}) == ExpressionError::invalid);
  CHECK(error_of({DW_OP_const4u, 1, 2}) == ExpressionError::invalid);
  CHECK(error_of({DW_OP_breg3, 0}) == ExpressionError::invalid);  // not known
  CHECK(error_of({DW_OP_lit1, DW_OP_lit0, DW_OP_div}) == ExpressionError::invalid);
  CHECK(error_of({DW_OP_skip, 0xFD, 0xFF}) == ExpressionError::invalid);              // for ever
  CHECK(error_of({DW_OP_lit0, DW_OP_skip, 0xFC, 0xFF}) == ExpressionError::invalid);  // for ever, and deeper
  CHECK(error_of({DW_OP_piece, 4}) == ExpressionError::invalid);
}
