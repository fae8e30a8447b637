// SPDX-License-Identifier: Apache-2.0
// Reads the data of a page as its script does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <zlib.h>

namespace perfopt::report::testing {

// The text after "name": up to the end of the string or list, quotes left out. The first of that name.
inline std::string member(const std::string& json, const std::string& name) {
  const std::string key = "\"" + name + "\":";
  const std::size_t at = json.find(key);
  if (at == std::string::npos) throw std::runtime_error("no member " + name);
  const std::size_t from = at + key.size();
  const char first = json.at(from);
  if (first == '"') return json.substr(from + 1, json.find('"', from + 1) - from - 1);
  const char end = first == '[' ? ']' : (first == '{' ? '}' : ',');
  return json.substr(from, json.find(end, from) - from + (first == '[' || first == '{' ? 1 : 0));
}

// Bytes of base64 without padding.
inline std::string bytes_of(std::string_view base64) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  unsigned bits = 0;
  unsigned count = 0;
  for (const char c : base64) {
    const std::size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos) throw std::runtime_error("no base64");
    bits = (bits << 6U | static_cast<unsigned>(digit)) & 0xFFFFU;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>((bits >> count) & 0xFFU);
  }
  return bytes;
}

inline std::string inflated(const std::string& bytes) {
  constexpr std::size_t kMost = std::size_t{1} << 24U;
  std::string out(kMost, '\0');
  uLongf size = kMost;
  const auto* const input = reinterpret_cast<const Bytef*>(bytes.data());
  if (uncompress(reinterpret_cast<Bytef*>(out.data()), &size, input, bytes.size()) != Z_OK) {
    throw std::runtime_error("no deflated data");
  }
  out.resize(size);
  return out;
}

// What packed_json() made of a value: its text, whether it was deflated or not.
inline std::string unpacked_json(const std::string& value) {
  return value.starts_with('~') ? inflated(bytes_of(value.substr(1))) : value;
}

// LEB128 in base64, deflated or not.
inline std::vector<std::uint64_t> unpacked(std::string_view text) {
  const std::string bytes = text.starts_with('~') ? inflated(bytes_of(text.substr(1))) : bytes_of(text);
  std::vector<std::uint64_t> values;
  std::uint64_t value = 0;
  unsigned shift = 0;
  for (const char byte : bytes) {
    value |= std::uint64_t{static_cast<unsigned char>(byte) & 0x7FU} << shift;
    shift += 7;
    if ((static_cast<unsigned char>(byte) & 0x80U) != 0) continue;
    values.push_back(value);
    value = 0;
    shift = 0;
  }
  return values;
}

inline std::vector<std::uint64_t> unpacked_deltas(std::string_view base64) {
  std::vector<std::uint64_t> values = unpacked(base64);
  std::uint64_t last = 0;
  for (std::uint64_t& value : values) {
    last += (value & 1U) == 0 ? value >> 1U : ~(value >> 1U);
    value = last;
  }
  return values;
}

}  // namespace perfopt::report::testing
