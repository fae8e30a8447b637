// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/island.hpp"

#include <zlib.h>

#include <array>
#include <charconv>
#include <cmath>
#include <new>

#include "perfopt/report/escape.hpp"

namespace perfopt::report {
namespace {

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kHex = "0123456789abcdef";

constexpr std::size_t kWorthDeflating = 512;  // bytes: less is told as it is, for people to read and quickly unpacked

std::string base64(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() / 3 * 4 + 3);
  unsigned bits = 0;
  unsigned count = 0;
  for (const char c : bytes) {
    bits = (bits << 8U) | static_cast<unsigned char>(c);
    for (count += 8; count >= 6;) {
      count -= 6;
      text += kBase64[(bits >> count) & 63U];
    }
    bits &= (1U << count) - 1;
  }
  if (count > 0) text += kBase64[(bits << (6 - count)) & 63U];
  return text;
}

// "" where that is not shorter.
std::string deflated(std::string_view bytes) {
  if (bytes.size() < kWorthDeflating) return "";
  uLongf size = compressBound(bytes.size());
  std::string out(size, '\0');
  const auto* const input = reinterpret_cast<const Bytef*>(bytes.data());
  if (compress(reinterpret_cast<Bytef*>(out.data()), &size, input, bytes.size()) != Z_OK) throw std::bad_alloc();
  out.resize(size < bytes.size() ? size : 0);
  return out;
}

void add_leb128(std::string& bytes, std::uint64_t value) {
  for (; value >= 0x80U; value >>= 7U) bytes += static_cast<char>((value & 0x7FU) | 0x80U);
  bytes += static_cast<char>(value);
}

std::string packed_bytes(std::string_view bytes) {
  const std::string small = deflated(bytes);
  return small.empty() ? "\"" + base64(bytes) + "\"" : "\"~" + base64(small) + "\"";
}

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
  std::string bytes;
  for (const std::uint64_t value : values) add_leb128(bytes, value);
  return packed_bytes(bytes);
}

std::string packed_deltas(std::span<const std::uint64_t> values) {
  std::string bytes;
  std::uint64_t last = 0;
  for (const std::uint64_t value : values) {
    add_leb128(bytes, value >= last ? (value - last) << 1U : ((last - value) << 1U) - 1);
    last = value;
  }
  return packed_bytes(bytes);
}

std::string packed_json(std::string json) {
  const std::string small = deflated(json);
  if (small.size() / 3 * 4 + 6 >= json.size() || small.empty()) return json;
  return "\"~" + base64(small) + "\"";
}

IslandObject& IslandObject::add(std::string_view name, std::string_view json) {
  if (!members_.empty()) members_ += ',';
  members_ += island_text(name);
  members_ += ':';
  members_ += json;
  return *this;
}

}  // namespace perfopt::report
