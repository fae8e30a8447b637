// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/languages/python_code.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <span>
#include <utility>
#include <vector>

namespace perfopt::prof {
namespace {

constexpr std::uint64_t kUnit = 2;                   // bytes of an instruction
constexpr std::uint64_t kMaxUnits = 1U << 24U;       // no compiler writes a larger function
constexpr std::uint64_t kMaxLineTable = 1U << 22U;   // [bytes]
constexpr std::uint64_t kMaxCharacters = 1U << 14U;  // of a name
constexpr std::size_t kObjectHeader = 16;            // reference count, type
constexpr std::size_t kBytesData = 32;               // of a bytes object; its length is at 16
constexpr std::int32_t kMaxLine = 1 << 28;

void append_utf8(std::string& text, std::uint32_t character) {
  constexpr std::uint32_t kReplacement = 0xFFFD;
  if (character > 0x10FFFF || (character >= 0xD800 && character < 0xE000)) character = kReplacement;
  const auto tail = [&](unsigned shift) { text += static_cast<char>(0x80U | (character >> shift & 0x3FU)); };
  if (character < 0x80) {
    text += static_cast<char>(character);
  } else if (character < 0x800) {
    text += static_cast<char>(0xC0U | character >> 6U);
    tail(0);
  } else if (character < 0x10000) {
    text += static_cast<char>(0xE0U | character >> 12U);
    tail(6);
    tail(0);
  } else {
    text += static_cast<char>(0xF0U | character >> 18U);
    tail(12);
    tail(6);
    tail(0);
  }
}

}  // namespace

unsigned PythonCode::line_at(std::uint64_t instruction) const {
  if (instruction < instructions + traceable) return first_line;
  return lines.line(static_cast<std::uint32_t>((instruction - instructions) / kUnit));
}

bool PythonCode::contains(std::uint64_t instruction) const {
  // Before the first one it stands one instruction ahead of the code.
  return instruction + kUnit >= instructions && instruction < instructions + size;
}

std::optional<std::string> python_text(const BlockSource& memory, const PythonLayout::Text& layout,
                                       std::uint64_t address) {
  std::array<std::byte, 40> head{};
  if (address == 0 || !memory.fill(address, head)) return std::nullopt;
  const auto length = field<std::uint64_t>(head, layout.length);
  const auto state = field<std::uint32_t>(head, layout.state);
  const std::uint32_t width = state >> 2U & 7U;  // of a character [bytes]
  const bool compact = (state >> 5U & 1U) != 0;
  const bool ascii = (state >> 6U & 1U) != 0;
  if (!compact || length > kMaxCharacters || (width != 1 && width != 2 && width != 4)) return std::nullopt;
  std::vector<std::byte> bytes(length * width);
  if (!memory.fill(address + (ascii ? layout.ascii : layout.compact), bytes)) return std::nullopt;
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += width) {
    std::uint32_t character = 0;
    for (std::size_t i = 0; i < width; ++i) {
      character |= std::to_integer<std::uint32_t>(bytes[at + i]) << static_cast<unsigned>(8 * i);
    }
    append_utf8(text, character);
  }
  return text;
}

std::optional<PythonCodes::Identity> PythonCodes::identity(std::span<const std::byte> head) const {
  if (head.size() < head_size()) return std::nullopt;
  if (field<std::uint64_t>(head, kObjectHeader - 8) != code_type_) return std::nullopt;
  Identity found{.units = field<std::uint64_t>(head, layout_.code.units),
                 .file = field<std::uint64_t>(head, layout_.code.file),
                 .name = field<std::uint64_t>(head, layout_.code.qualified_name),
                 .line_table = field<std::uint64_t>(head, layout_.code.line_table),
                 .first_line = field<std::int32_t>(head, layout_.code.first_line)};
  if (found.units == 0 || found.units > kMaxUnits || found.first_line < 0 || found.first_line > kMaxLine) {
    return std::nullopt;
  }
  return found;
}

std::optional<PythonCode> PythonCodes::load(std::uint64_t address, const Identity& identity) const {
  const auto name = python_text(memory_, layout_.text, identity.name);
  const auto file = python_text(memory_, layout_.text, identity.file);
  const auto table_size = memory_.value<std::uint64_t>(identity.line_table + kObjectHeader);
  const auto traceable = memory_.value<std::int32_t>(address + layout_.code.first_traceable);
  if (!name || !file || !table_size || *table_size > kMaxLineTable || !traceable) return std::nullopt;
  std::vector<std::byte> table(*table_size);
  if (!memory_.fill(identity.line_table + kBytesData, table)) return std::nullopt;
  PythonCode code;
  code.first_line = static_cast<unsigned>(identity.first_line);
  code.name = names_.index({*name, *file, code.first_line, model::Language::python});
  code.instructions = address + layout_.code.instructions;
  code.size = identity.units * kUnit;
  code.traceable = std::min(static_cast<std::uint64_t>(std::max(*traceable, 0)) * kUnit, code.size);
  code.lines = LineTable(table, code.first_line);
  code.shim = table.empty();
  return code;
}

const PythonCode* PythonCodes::at(std::uint64_t address, std::span<const std::byte> head) {
  const auto known = entries_.find(address);
  const auto found = identity(head);
  if (!found) {
    if (known != entries_.end()) entries_.erase(known);
    return nullptr;
  }
  if (known != entries_.end() && known->second.identity == *found) return &known->second.code;
  std::optional<PythonCode> code = load(address, *found);
  if (!code) return nullptr;
  if (entries_.size() >= kMaxEntries) entries_.clear();
  Entry& entry = entries_[address];
  entry = {*found, *std::move(code)};
  return &entry.code;
}

}  // namespace perfopt::prof
