// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/native/dwarf_expression.hpp"

#include <dwarf.h>

#include <array>
#include <utility>

#include "perfopt/prof/native/byte_reader.hpp"

namespace perfopt::prof {
namespace {

constexpr std::size_t kMaxSteps = 1000;

constexpr std::int64_t as_signed(std::uint64_t value) {
  return static_cast<std::int64_t>(value);
}

// a OP b with b on top of the stack; empty for another operator or a division by 0.
std::optional<std::uint64_t> binary(std::uint8_t operation, std::uint64_t a, std::uint64_t b) {
  switch (operation) {
    case DW_OP_and:
      return a & b;
    case DW_OP_or:
      return a | b;
    case DW_OP_xor:
      return a ^ b;
    case DW_OP_plus:
      return a + b;
    case DW_OP_minus:
      return a - b;
    case DW_OP_mul:
      return a * b;
    case DW_OP_shl:
      return b < 64 ? a << b : 0;
    case DW_OP_shr:
      return b < 64 ? a >> b : 0;
    case DW_OP_shra:
      return static_cast<std::uint64_t>(as_signed(a) >> (b < 64 ? b : 63));
    case DW_OP_mod:
      return b != 0 ? std::optional(a % b) : std::nullopt;
    case DW_OP_div:
      if (b == 0) return std::nullopt;
      return b == ~std::uint64_t{0} ? 0 - a : static_cast<std::uint64_t>(as_signed(a) / as_signed(b));
    case DW_OP_eq:
      return a == b ? 1 : 0;
    case DW_OP_ne:
      return a != b ? 1 : 0;
    case DW_OP_lt:
      return as_signed(a) < as_signed(b) ? 1 : 0;
    case DW_OP_le:
      return as_signed(a) <= as_signed(b) ? 1 : 0;
    case DW_OP_gt:
      return as_signed(a) > as_signed(b) ? 1 : 0;
    case DW_OP_ge:
      return as_signed(a) >= as_signed(b) ? 1 : 0;
    default:
      return std::nullopt;
  }
}

class Evaluation {
 public:
  Evaluation(std::span<const std::byte> expression, const Registers& registers, const Memory& memory)
      : reader_(expression), registers_(registers), memory_(memory) {}

  std::optional<std::uint64_t> run(std::optional<std::uint64_t> first, ExpressionError& error) {
    if (first) push(*first);
    for (std::size_t step = 0; !reader_.at_end() && error_ == ExpressionError::none; ++step) {
      if (step == kMaxSteps) refuse();
      execute(reader_.value<std::uint8_t>());
      if (!reader_.ok()) refuse();
    }
    const std::uint64_t result = pop();
    error = error_;
    return error == ExpressionError::none ? std::optional(result) : std::nullopt;
  }

 private:
  void refuse() {
    if (error_ == ExpressionError::none) error_ = ExpressionError::invalid;
  }

  void push(std::uint64_t value) {
    if (depth_ == stack_.size()) return refuse();
    stack_[depth_++] = value;
  }

  std::uint64_t pop() {
    if (depth_ == 0) {
      refuse();
      return 0;
    }
    return stack_[--depth_];
  }

  void pick(std::size_t below_top) {
    if (below_top >= depth_) return refuse();
    push(stack_[depth_ - 1 - below_top]);
  }

  void push_register(std::uint64_t number, std::int64_t offset) {
    if (number >= Registers::kCount || !registers_.has(static_cast<std::size_t>(number))) return refuse();
    push(registers_.value[static_cast<std::size_t>(number)] + static_cast<std::uint64_t>(offset));
  }

  void dereference(std::size_t size) {
    std::uint64_t value = 0;
    if (size == 0 || size > sizeof value) return refuse();
    const std::uint64_t address = pop();
    if (error_ != ExpressionError::none) return;
    if (!memory_.read(address, std::as_writable_bytes(std::span(&value, 1)).first(size))) {
      error_ = ExpressionError::no_memory;
      return;
    }
    push(value);
  }

  void jump(std::int16_t distance) {
    reader_.seek(reader_.position() + static_cast<std::uint64_t>(std::int64_t{distance}));
  }

  void execute(std::uint8_t operation) {
    if (operation >= DW_OP_lit0 && operation <= DW_OP_lit31) return push(operation - DW_OP_lit0);
    if (operation >= DW_OP_breg0 && operation <= DW_OP_breg31) {
      return push_register(operation - DW_OP_breg0, reader_.sleb());
    }
    if (constant(operation) || arrangement(operation)) return;
    switch (operation) {
      case DW_OP_bregx: {
        const std::uint64_t number = reader_.uleb();
        return push_register(number, reader_.sleb());
      }
      case DW_OP_deref:
        return dereference(sizeof(std::uint64_t));
      case DW_OP_deref_size:
        return dereference(reader_.value<std::uint8_t>());
      case DW_OP_skip:
        return jump(reader_.value<std::int16_t>());
      case DW_OP_bra: {
        const auto distance = reader_.value<std::int16_t>();
        if (pop() != 0) jump(distance);
        return;
      }
      case DW_OP_neg:
        return push(0 - pop());
      case DW_OP_not:
        return push(~pop());
      case DW_OP_abs: {
        const std::uint64_t value = pop();
        return push(as_signed(value) < 0 ? 0 - value : value);
      }
      case DW_OP_plus_uconst:
        return push(pop() + reader_.uleb());
      default: {
        const std::uint64_t b = pop();
        const std::uint64_t a = pop();
        const auto result = binary(operation, a, b);
        return result ? push(*result) : refuse();
      }
    }
  }

  bool constant(std::uint8_t operation) {
    const auto widened = [](std::int64_t value) { return static_cast<std::uint64_t>(value); };
    switch (operation) {
      case DW_OP_addr:
      case DW_OP_const8u:
      case DW_OP_const8s:
        push(reader_.value<std::uint64_t>());
        return true;
      case DW_OP_const1u:
        push(reader_.value<std::uint8_t>());
        return true;
      case DW_OP_const1s:
        push(widened(reader_.value<std::int8_t>()));
        return true;
      case DW_OP_const2u:
        push(reader_.value<std::uint16_t>());
        return true;
      case DW_OP_const2s:
        push(widened(reader_.value<std::int16_t>()));
        return true;
      case DW_OP_const4u:
        push(reader_.value<std::uint32_t>());
        return true;
      case DW_OP_const4s:
        push(widened(reader_.value<std::int32_t>()));
        return true;
      case DW_OP_constu:
        push(reader_.uleb());
        return true;
      case DW_OP_consts:
        push(widened(reader_.sleb()));
        return true;
      default:
        return false;
    }
  }

  bool arrangement(std::uint8_t operation) {
    switch (operation) {
      case DW_OP_nop:
        return true;
      case DW_OP_dup:
        pick(0);
        return true;
      case DW_OP_over:
        pick(1);
        return true;
      case DW_OP_pick:
        pick(reader_.value<std::uint8_t>());
        return true;
      case DW_OP_drop:
        static_cast<void>(pop());
        return true;
      case DW_OP_swap:
        if (depth_ < 2) return refuse(), true;
        std::swap(stack_[depth_ - 1], stack_[depth_ - 2]);
        return true;
      case DW_OP_rot:
        if (depth_ < 3) return refuse(), true;
        std::swap(stack_[depth_ - 1], stack_[depth_ - 2]);
        std::swap(stack_[depth_ - 2], stack_[depth_ - 3]);
        return true;
      default:
        return false;
    }
  }

  ByteReader reader_;
  const Registers& registers_;
  const Memory& memory_;
  std::array<std::uint64_t, 64> stack_{};
  std::size_t depth_ = 0;
  ExpressionError error_ = ExpressionError::none;
};

}  // namespace

std::optional<std::uint64_t> evaluate(std::span<const std::byte> expression, const Registers& registers,
                                      const Memory& memory, std::optional<std::uint64_t> first,
                                      ExpressionError& error) {
  return Evaluation(expression, registers, memory).run(first, error);
}

}  // namespace perfopt::prof
