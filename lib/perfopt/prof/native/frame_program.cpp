// SPDX-License-Identifier: Apache-2.0
// The instructions of call frame information (DWARF 5, 6.4.2), run up to an address.
#include <dwarf.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "perfopt/prof/native/byte_reader.hpp"
#include "perfopt/prof/native/eh_pointer.hpp"
#include "perfopt/prof/native/frame_entry.hpp"

namespace perfopt::prof {
namespace {

using Kind = RegisterRule::Kind;

// Not in dwarf.h: an offset that is subtracted, of GCC before 3.1.
constexpr std::uint8_t kNegativeOffsetExtended = 0x2F;
constexpr std::size_t kMaxRemembered = 64;

class Program {
 public:
  Program(const FrameEntry& entry, std::uint64_t target, ExpressionPool& pool)
      : entry_(entry), target_(target), pool_(pool), location_(entry.begin) {}

  std::optional<UnwindRow> run() {
    execute(ByteReader(entry_.shared_program));
    initial_ = row_;
    execute(ByteReader(entry_.program, entry_.program_address));
    if (!ok_ || row_.cfa == UnwindRow::Cfa::none) return std::nullopt;
    row_.signal_frame = entry_.signal_frame;
    return row_;
  }

 private:
  void execute(ByteReader reader) {
    while (ok_ && !reader.at_end() && location_ <= target_) {
      step(reader.value<std::uint8_t>(), reader);
      if (!reader.ok()) ok_ = false;
    }
  }

  void step(std::uint8_t operation, ByteReader& reader) {
    const auto low = static_cast<std::uint8_t>(operation & 0x3FU);
    switch (operation & 0xC0U) {
      case DW_CFA_advance_loc:
        return advance(low);
      case DW_CFA_offset:
        return set(low, Kind::at_cfa, factored(reader.uleb()));
      case DW_CFA_restore:
        return restore(low);
      default:
        break;
    }
    if (moves(operation, reader) || sets_cfa(operation, reader)) return;
    sets_register(operation, reader);
  }

  bool moves(std::uint8_t operation, ByteReader& reader) {
    switch (operation) {
      case DW_CFA_nop:
        return true;
      case DW_CFA_set_loc: {
        const auto to = read_eh_pointer(reader, entry_.encoding);
        if (!to) return ok_ = false, true;
        location_ = *to;
        return true;
      }
      case DW_CFA_advance_loc1:
        advance(reader.value<std::uint8_t>());
        return true;
      case DW_CFA_advance_loc2:
        advance(reader.value<std::uint16_t>());
        return true;
      case DW_CFA_advance_loc4:
        advance(reader.value<std::uint32_t>());
        return true;
      case DW_CFA_remember_state:
        if (remembered_.size() == kMaxRemembered) return ok_ = false, true;
        remembered_.push_back(row_);
        return true;
      case DW_CFA_restore_state:
        if (remembered_.empty()) return ok_ = false, true;
        row_ = remembered_.back();
        remembered_.pop_back();
        return true;
      case DW_CFA_GNU_args_size:
        static_cast<void>(reader.uleb());
        return true;
      default:
        return false;
    }
  }

  bool sets_cfa(std::uint8_t operation, ByteReader& reader) {
    switch (operation) {
      case DW_CFA_def_cfa:
        set_cfa_register(reader.uleb());
        set_cfa_offset(unfactored(reader.uleb()));
        return true;
      case DW_CFA_def_cfa_sf:
        set_cfa_register(reader.uleb());
        set_cfa_offset(factored(reader.sleb()));
        return true;
      case DW_CFA_def_cfa_register:
        set_cfa_register(reader.uleb());
        return true;
      case DW_CFA_def_cfa_offset:
        set_cfa_offset(unfactored(reader.uleb()));
        return true;
      case DW_CFA_def_cfa_offset_sf:
        set_cfa_offset(factored(reader.sleb()));
        return true;
      case DW_CFA_def_cfa_expression:
        row_.cfa = UnwindRow::Cfa::expression;
        row_.cfa_register = 0;
        row_.cfa_value = expression(reader);
        return true;
      default:
        return false;
    }
  }

  void sets_register(std::uint8_t operation, ByteReader& reader) {
    const std::uint64_t number = reader.uleb();
    switch (operation) {
      case DW_CFA_undefined:
        return set(number, Kind::undefined, 0);
      case DW_CFA_same_value:
        return set(number, Kind::same, 0);
      case DW_CFA_offset_extended:
        return set(number, Kind::at_cfa, factored(reader.uleb()));
      case DW_CFA_offset_extended_sf:
        return set(number, Kind::at_cfa, factored(reader.sleb()));
      case DW_CFA_val_offset:
        return set(number, Kind::cfa_plus, factored(reader.uleb()));
      case DW_CFA_val_offset_sf:
        return set(number, Kind::cfa_plus, factored(reader.sleb()));
      case kNegativeOffsetExtended:
        return set(number, Kind::at_cfa, -factored(reader.uleb()));
      case DW_CFA_restore_extended:
        return restore(number);
      case DW_CFA_register: {
        const std::uint64_t from = reader.uleb();
        if (from >= Registers::kCount) return set(number, Kind::undefined, 0);
        return set(number, Kind::in_register, static_cast<std::int64_t>(from));
      }
      case DW_CFA_expression:
        return set(number, Kind::at_expression, expression(reader));
      case DW_CFA_val_expression:
        return set(number, Kind::expression, expression(reader));
      default:
        ok_ = false;
    }
  }

  void advance(std::uint64_t units) {
    const std::uint64_t distance = units * entry_.code_alignment;
    if (location_ + distance < location_) ok_ = false;
    location_ += distance;
  }

  // Offsets beyond 2 GB stand in no real frame and become 2 GB, which cannot be read.
  static std::int32_t narrow(std::int64_t value) {
    constexpr std::int64_t kMax = std::numeric_limits<std::int32_t>::max();
    return static_cast<std::int32_t>(std::clamp(value, -kMax, kMax));
  }
  static std::int64_t bounded(std::uint64_t value) {
    constexpr std::uint64_t kMax = std::numeric_limits<std::int32_t>::max();
    return static_cast<std::int64_t>(std::min(value, kMax));
  }
  std::int64_t factored(std::uint64_t value) const { return factored(bounded(value)); }
  std::int64_t factored(std::int64_t value) const {
    return std::int64_t{narrow(value)} * narrow(entry_.data_alignment);
  }
  static std::int64_t unfactored(std::uint64_t value) { return bounded(value); }

  void set_cfa_register(std::uint64_t number) {
    if (number >= Registers::kCount) ok_ = false;
    row_.cfa = UnwindRow::Cfa::register_plus;
    row_.cfa_register = static_cast<std::uint8_t>(number);
  }
  void set_cfa_offset(std::int64_t offset) {
    if (row_.cfa != UnwindRow::Cfa::register_plus) ok_ = false;
    row_.cfa_value = narrow(offset);
  }

  std::int32_t expression(ByteReader& reader) {
    const auto bytes = reader.block(reader.uleb());
    return reader.ok() ? pool_.index(bytes) : 0;
  }

  // Registers beyond those of integers (vectors, flags) are not followed.
  void set(std::uint64_t number, Kind kind, std::int64_t value) {
    if (number < Registers::kCount) row_.registers[static_cast<std::size_t>(number)] = {kind, narrow(value)};
  }
  void restore(std::uint64_t number) {
    if (number >= Registers::kCount) return;
    row_.registers[static_cast<std::size_t>(number)] = initial_.registers[static_cast<std::size_t>(number)];
  }

  const FrameEntry& entry_;
  std::uint64_t target_;
  ExpressionPool& pool_;
  std::uint64_t location_;
  UnwindRow row_;
  UnwindRow initial_;
  std::vector<UnwindRow> remembered_;
  bool ok_ = true;
};

}  // namespace

std::optional<UnwindRow> row_at(const FrameEntry& entry, std::uint64_t address, ExpressionPool& pool) {
  return Program(entry, address, pool).run();
}

}  // namespace perfopt::prof
