// SPDX-License-Identifier: Apache-2.0
// Pointers as .eh_frame and .eh_frame_hdr encode them (Linux Standard Base 5.0, 10.5.1: DW_EH_PE_*).
#pragma once

#include <cstdint>
#include <optional>

#include "perfopt/prof/native/byte_reader.hpp"

namespace perfopt::prof {

inline constexpr std::uint8_t kEhOmitted = 0xFF;

// `data`: what data-relative values count from. Empty for what is omitted, indirect (it lies in memory of the program),
// of an unknown form, or cut off.
[[nodiscard]] inline std::optional<std::uint64_t> read_eh_pointer(ByteReader& reader, std::uint8_t encoding,
                                                                  std::uint64_t data = 0) noexcept {
  const std::uint64_t here = reader.address();
  const auto widened = [](std::int64_t value) { return static_cast<std::uint64_t>(value); };
  std::uint64_t value = 0;
  switch (encoding & 0x0FU) {
    case 0x00:
      value = reader.value<std::uint64_t>();
      break;
    case 0x01:
      value = reader.uleb();
      break;
    case 0x02:
      value = reader.value<std::uint16_t>();
      break;
    case 0x03:
      value = reader.value<std::uint32_t>();
      break;
    case 0x04:
      value = reader.value<std::uint64_t>();
      break;
    case 0x09:
      value = widened(reader.sleb());
      break;
    case 0x0A:
      value = widened(reader.value<std::int16_t>());
      break;
    case 0x0B:
      value = widened(reader.value<std::int32_t>());
      break;
    case 0x0C:
      value = widened(reader.value<std::int64_t>());
      break;
    default:
      return std::nullopt;
  }
  if (!reader.ok()) return std::nullopt;
  switch (encoding & 0xF0U) {
    case 0x00:
      return value;
    case 0x10:
      return here + value;
    case 0x30:
      return data + value;
    default:
      return std::nullopt;
  }
}

}  // namespace perfopt::prof
