// SPDX-License-Identifier: Apache-2.0
// One function's entry (FDE) of .eh_frame or .debug_frame with what it shares with others (CIE), and the row that its
// program gives for an address.
//
//   source  DWARF 5, 6.4.1 and 6.4.2; Linux Standard Base 5.0, 10.6.1
//   errors  empty for bytes that contradict themselves, forms that no x86-64 compiler writes, and cut-off ones
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "perfopt/prof/native/unwind_row.hpp"

namespace perfopt::prof {

enum class FrameFormat : std::uint8_t { eh_frame, debug_frame };

struct FrameSection {
  std::span<const std::byte> bytes;
  std::uint64_t address = 0;
  FrameFormat format = FrameFormat::eh_frame;
};

struct FrameEntry {
  std::uint64_t begin = 0;  // addresses as linked that the entry is for
  std::uint64_t end = 0;    // exclusive
  std::uint64_t next = 0;   // offset of the entry after it in the section
  std::uint64_t code_alignment = 1;
  std::int64_t data_alignment = 1;
  std::uint8_t encoding = 0;  // of addresses within the program
  bool signal_frame = false;
  std::span<const std::byte> shared_program;  // of the CIE
  std::span<const std::byte> program;
  std::uint64_t program_address = 0;

  [[nodiscard]] bool covers(std::uint64_t address) const noexcept { return address >= begin && address < end; }
};

// How far the entry at `offset` goes and whether it is a function's, without reading more of it.
struct FrameRecord {
  std::uint64_t next = 0;
  bool is_function = false;  // false: a CIE, or a terminator
};
[[nodiscard]] std::optional<FrameRecord> read_frame_record(const FrameSection& section, std::uint64_t offset);

[[nodiscard]] std::optional<FrameEntry> read_frame_entry(const FrameSection& section, std::uint64_t offset);

[[nodiscard]] std::optional<UnwindRow> row_at(const FrameEntry& entry, std::uint64_t address, ExpressionPool& pool);

}  // namespace perfopt::prof
