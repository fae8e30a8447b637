// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/native/unwinder.hpp"

#include <map>
#include <optional>

#include <boost/unordered/unordered_flat_map.hpp>

#include "perfopt/prof/native/dwarf_expression.hpp"
#include "perfopt/prof/native/elf_image.hpp"
#include "perfopt/prof/native/unwind_table.hpp"

namespace perfopt::prof {
namespace {

enum class Step : std::uint8_t { caller, root, no_memory, no_rule };

using Value = std::optional<std::uint64_t>;

constexpr std::uint64_t moved(std::uint64_t address, std::int32_t distance) {
  return address + static_cast<std::uint64_t>(std::int64_t{distance});
}

// One frame's registers turned into its caller's.
class Frame {
 public:
  Frame(const UnwindRow& row, const ExpressionPool& pool, const Memory& memory, const Registers& registers)
      : row_(row), pool_(pool), memory_(memory), registers_(registers) {}

  [[nodiscard]] Value cfa() {
    if (row_.cfa == UnwindRow::Cfa::expression) return computed(row_.cfa_value, std::nullopt);
    if (!registers_.has(row_.cfa_register)) return std::nullopt;
    return moved(registers_.value[row_.cfa_register], row_.cfa_value);
  }

  // Registers other than the return address may be lost without harm, as long as nobody needs them.
  [[nodiscard]] Step caller(std::uint64_t cfa, Registers& into) {
    if (row_.registers[Registers::kIp].kind == RegisterRule::Kind::undefined) return Step::root;
    into = registers_;
    into.set(Registers::kSp, cfa);
    for (std::size_t i = 0; i < Registers::kCount; ++i) {
      const RegisterRule& rule = row_.registers[i];
      if (rule.kind == RegisterRule::Kind::same) continue;
      out_of_reach_ = false;
      if (const Value value = restored(rule, cfa)) {
        into.set(i, *value);
      } else if (i == Registers::kIp) {
        return failure();
      } else {
        into.known &= ~(1U << i);
      }
    }
    return row_.registers[Registers::kIp].kind == RegisterRule::Kind::same ? Step::no_rule : Step::caller;
  }

  [[nodiscard]] Step failure() const { return out_of_reach_ ? Step::no_memory : Step::no_rule; }

 private:
  [[nodiscard]] Value computed(std::int32_t expression, Value first) {
    ExpressionError error = ExpressionError::none;
    const Value result = evaluate(pool_.at(expression), registers_, memory_, first, error);
    out_of_reach_ = error == ExpressionError::no_memory;
    return result;
  }

  [[nodiscard]] Value word(std::uint64_t address) {
    const Value result = memory_.word(address);
    out_of_reach_ = !result;
    return result;
  }

  [[nodiscard]] Value restored(const RegisterRule& rule, std::uint64_t cfa) {
    switch (rule.kind) {
      case RegisterRule::Kind::at_cfa:
        return word(moved(cfa, rule.value));
      case RegisterRule::Kind::cfa_plus:
        return moved(cfa, rule.value);
      case RegisterRule::Kind::in_register: {
        const auto from = static_cast<std::size_t>(rule.value);
        return registers_.has(from) ? Value(registers_.value[from]) : std::nullopt;
      }
      case RegisterRule::Kind::at_expression: {
        const Value address = computed(rule.value, cfa);
        return address ? word(*address) : std::nullopt;
      }
      case RegisterRule::Kind::expression:
        return computed(rule.value, cfa);
      case RegisterRule::Kind::same:
      case RegisterRule::Kind::undefined:
        break;
    }
    return std::nullopt;
  }

  const UnwindRow& row_;
  const ExpressionPool& pool_;
  const Memory& memory_;
  const Registers& registers_;
  bool out_of_reach_ = false;  // the last value could not be read
};

bool is_code(const AddressSpace& space, std::uint64_t address) {
  const Mapping* mapping = space.find(address);
  return mapping != nullptr && mapping->executable;
}

// A frame pointer is believed when it points up the stack to another one and to a place in code.
Step by_frame_pointer(const AddressSpace& space, const Memory& memory, const Registers& registers, Registers& into) {
  constexpr std::uint64_t kWord = 8;
  if (!registers.has(Registers::kBp)) return Step::no_rule;
  const std::uint64_t frame = registers.value[Registers::kBp];
  if (frame == 0) return Step::root;  // how the ABI marks the outermost frame
  if (frame % kWord != 0 || frame < registers.sp()) return Step::no_rule;
  const Value saved = memory.word(frame);
  const Value caller = memory.word(frame + kWord);
  // The stack is the only thing whose copy may end here: any other value is no frame pointer.
  if (!saved || !caller) return space.find(frame) == space.find(registers.sp()) ? Step::no_memory : Step::no_rule;
  if (*caller == 0) return Step::root;
  if (!is_code(space, *caller - 1)) return Step::no_rule;
  into = Registers{};  // what the callee kept of the others is not known
  into.set(Registers::kBp, *saved);
  into.set(Registers::kSp, frame + 2 * kWord);
  into.set(Registers::kIp, *caller);
  return Step::caller;
}

FrameKey key_in(const Modules& modules, const Mapping* mapping, std::uint32_t process, std::uint64_t address) {
  if (mapping == nullptr) return {FrameKind::unmapped, process, address};
  if (mapping->module == Mapping::kAnonymous) {
    return {mapping->executable ? FrameKind::jit : FrameKind::unmapped, process, address};
  }
  const std::uint64_t offset = address - mapping->start + mapping->offset;
  const ElfImage* image = modules.image(mapping->module);
  return {FrameKind::native, mapping->module, image == nullptr ? offset : image->address_of(offset).value_or(offset)};
}

UnwindEnd end_of(Step step) {
  switch (step) {
    case Step::root:
      return UnwindEnd::root;
    case Step::no_memory:
      return UnwindEnd::no_memory;
    case Step::no_rule:
    case Step::caller:
      break;
  }
  return UnwindEnd::no_rule;
}

}  // namespace

struct Unwinder::State {
  static constexpr std::uint32_t kNoRow = ~0U;

  explicit State(const Modules& all) : modules(&all) {}

  // Null when there is no rule.
  const UnwindRow* row(const FrameKey& key) {
    if (key.kind != FrameKind::native) return nullptr;
    const auto [entry, added] = cache.try_emplace(key, kNoRow);
    if (added) {
      const UnwindTable* table = table_of(key.module);
      const auto found = table == nullptr ? std::nullopt : table->find(key.value, pool);
      if (found) entry->second = index_of(*found);
    }
    return entry->second == kNoRow ? nullptr : &rows[entry->second];
  }

  const Modules* modules;
  ExpressionPool pool;

 private:
  const UnwindTable* table_of(std::uint32_t module) {
    const auto [entry, added] = tables.try_emplace(module);
    if (added) {
      if (const ElfImage* image = modules->image(module)) entry->second = std::make_unique<UnwindTable>(*image);
    }
    return entry->second.get();
  }

  std::uint32_t index_of(const UnwindRow& row) {
    const auto [entry, added] = row_index.try_emplace(row, static_cast<std::uint32_t>(rows.size()));
    if (added) rows.push_back(row);
    return entry->second;
  }

  std::map<std::uint32_t, std::unique_ptr<UnwindTable>> tables;  // by module
  std::vector<UnwindRow> rows;
  std::map<UnwindRow, std::uint32_t> row_index;
  boost::unordered_flat_map<FrameKey, std::uint32_t, FrameKeyHash> cache;
};

Unwinder::Unwinder(const Modules& modules) : state_(std::make_unique<State>(modules)) {}
Unwinder::~Unwinder() = default;

UnwindEnd Unwinder::unwind(const AddressSpace& space, std::uint32_t process, const Registers& start,
                           const Memory& memory, std::vector<NativeFrame>& frames) {
  Registers registers = start;
  bool interrupted = true;      // the address is of the instruction itself, not of the one after a call
  std::uint64_t lowest_sp = 0;  // each caller's stack lies above its callee's
  const Mapping* mapping = nullptr;
  for (std::size_t depth = 0; depth < kMaxFrames; ++depth) {
    if (registers.ip() == 0) return UnwindEnd::root;
    const std::uint64_t address = registers.ip() - (interrupted ? 0 : 1);
    if (mapping == nullptr || address < mapping->start || address >= mapping->end) mapping = space.find(address);
    NativeFrame& frame = frames.emplace_back();
    frame = {key_in(*state_->modules, mapping, process, address), address, registers.sp()};
    const UnwindRow* row = state_->row(frame.key);
    Registers caller;
    Step step = Step::no_rule;
    if (row != nullptr) {
      Frame rules(*row, state_->pool, memory, registers);
      if (const Value cfa = rules.cfa()) {
        frame.cfa = *cfa;
        step = rules.caller(*cfa, caller);
      } else {
        step = rules.failure();
      }
    } else {
      step = by_frame_pointer(space, memory, registers, caller);
      if (step == Step::caller) frame.cfa = caller.sp();
    }
    if (step != Step::caller) return end_of(step);
    interrupted = row != nullptr && row->signal_frame;
    // A signal may have its own stack, which lies anywhere.
    if (!interrupted && caller.sp() <= lowest_sp) return UnwindEnd::no_rule;
    lowest_sp = interrupted ? 0 : caller.sp();
    registers = caller;
  }
  return UnwindEnd::too_deep;
}

FrameKey key_of(const Modules& modules, const AddressSpace& space, std::uint32_t process, std::uint64_t address) {
  return key_in(modules, space.find(address), process, address);
}

}  // namespace perfopt::prof
