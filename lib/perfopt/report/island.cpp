// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/island.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "perfopt/report/escape.hpp"

namespace perfopt::report {
namespace {

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kHex = "0123456789abcdef";

// Base64 of bytes as they come, without padding.
class Base64 {
 public:
  void add(unsigned byte) {
    bits_ = (bits_ << 8U) | byte;
    count_ += 8;
    while (count_ >= 6) {
      count_ -= 6;
      text_ += kBase64[(bits_ >> count_) & 63U];
    }
    bits_ &= (1U << count_) - 1;
  }

  void add_leb128(std::uint64_t value) {
    while (value >= 0x80U) {
      add(static_cast<unsigned>(value & 0x7FU) | 0x80U);
      value >>= 7U;
    }
    add(static_cast<unsigned>(value));
  }

  std::string quoted() {
    if (count_ > 0) text_ += kBase64[(bits_ << (6 - count_)) & 63U];
    return "\"" + text_ + "\"";
  }

 private:
  std::string text_;
  unsigned bits_ = 0;
  unsigned count_ = 0;
};

}  // namespace

std::string island_text(std::string_view text) {
  std::string out = "\"";
  // Control characters, separators and invalid bytes are replaced there.
  for (const char c : printable(text, std::string_view::npos)) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '<' || c == '>' || c == '&') {
      const auto code = static_cast<unsigned char>(c);
      out += "\\u00";
      out += kHex[code >> 4U];
      out += kHex[code & 15U];
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string island_number(double value) {
  if (!std::isfinite(value)) return "null";
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

std::string island_numbers(std::span<const double> values) {
  return island_list(values, island_number);
}

std::string packed(std::span<const std::uint64_t> values) {
  Base64 out;
  for (const std::uint64_t value : values) out.add_leb128(value);
  return out.quoted();
}

std::string packed_deltas(std::span<const std::uint64_t> values) {
  Base64 out;
  std::uint64_t last = 0;
  for (const std::uint64_t value : values) {
    out.add_leb128(value >= last ? (value - last) << 1U : ((last - value) << 1U) - 1);
    last = value;
  }
  return out.quoted();
}

IslandObject& IslandObject::add(std::string_view name, std::string_view json) {
  if (!members_.empty()) members_ += ',';
  members_ += island_text(name);
  members_ += ':';
  members_ += json;
  return *this;
}

}  // namespace perfopt::report
