// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/languages/line_table.hpp"

#include <algorithm>
#include <limits>

namespace perfopt::prof {
namespace {

// Kinds of an entry: bits 3 to 6 of its first byte. Those below kOneLine hold columns of the same line.
constexpr unsigned kOneLine = 10;
constexpr unsigned kNoColumns = 13;
constexpr unsigned kLong = 14;
constexpr unsigned kNone = 15;

// The number at `at`, of six bits a byte, the lowest first; stops at the end of the bytes.
std::uint64_t number(std::span<const std::byte> bytes, std::size_t at) {
  constexpr unsigned kMaxShift = 60;
  std::uint64_t result = 0;
  for (unsigned shift = 0; at < bytes.size() && shift < kMaxShift; shift += 6, ++at) {
    const auto byte = std::to_integer<std::uint64_t>(bytes[at]);
    result |= (byte & 0x3FU) << shift;
    if ((byte & 0x40U) == 0) break;
  }
  return result;
}

std::int64_t signed_number(std::span<const std::byte> bytes, std::size_t at) {
  const std::uint64_t value = number(bytes, at);
  const auto magnitude = static_cast<std::int64_t>(value >> 1U);
  return (value & 1U) != 0 ? -magnitude : magnitude;
}

}  // namespace

LineTable::LineTable(std::span<const std::byte> encoded, unsigned first_line) {
  std::int64_t line = first_line;
  std::uint32_t end = 0;
  for (std::size_t at = 0; at < encoded.size();) {
    const auto head = std::to_integer<unsigned>(encoded[at++]);
    if ((head & 0x80U) == 0) break;
    const unsigned kind = head >> 3U & 0xFU;
    end += (head & 7U) + 1;
    if (kind == kLong || kind == kNoColumns) line += signed_number(encoded, at);
    if (kind >= kOneLine && kind < kNoColumns) line += kind - kOneLine;
    if (line < 0 || line > std::numeric_limits<std::int32_t>::max()) break;
    const unsigned shown = kind == kNone ? 0 : static_cast<unsigned>(line);
    if (!ranges_.empty() && ranges_.back().line == shown) {
      ranges_.back().end = end;
    } else {
      ranges_.push_back({end, shown});
    }
    while (at < encoded.size() && (std::to_integer<unsigned>(encoded[at]) & 0x80U) == 0) ++at;
  }
}

unsigned LineTable::line(std::uint32_t unit) const {
  const auto range = std::ranges::upper_bound(ranges_, unit, {}, &Range::end);
  return range == ranges_.end() ? 0 : range->line;
}

}  // namespace perfopt::prof
