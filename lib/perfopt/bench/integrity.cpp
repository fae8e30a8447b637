// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/integrity.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <sstream>

#include <xxhash.h>

namespace perfopt::bench {
namespace {

template <class T>
T load(const std::byte* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

std::string show(Element element, const std::byte* at) {
  std::ostringstream text;
  text.precision(17);
  switch (element) {
    case Element::u8:
      text << static_cast<unsigned>(load<std::uint8_t>(at));
      break;
    case Element::u32:
      text << load<std::uint32_t>(at);
      break;
    case Element::i32:
      text << load<std::int32_t>(at);
      break;
    case Element::f32:
      text << load<float>(at);
      break;
    case Element::u64:
      text << load<std::uint64_t>(at);
      break;
    case Element::f64:
      text << load<double>(at);
      break;
  }
  return text.str();
}

std::string count_difference(std::size_t expected, std::size_t got) {
  return "expected " + std::to_string(expected) + " elements, got " + std::to_string(got);
}

}  // namespace

std::size_t element_bytes(Element element) {
  switch (element) {
    case Element::u8:
      return 1;
    case Element::u32:
    case Element::i32:
    case Element::f32:
      return 4;
    case Element::u64:
    case Element::f64:
      return 8;
  }
  return 1;
}

std::uint64_t digest(const Output& output) {
  return XXH3_64bits_withSeed(output.bytes.data(), output.bytes.size(), output.bytes.size());
}

std::string first_difference(const Output& expected, const Output& got) {
  const std::size_t step = element_bytes(expected.element);
  const auto [a, b] = std::mismatch(expected.bytes.begin(), expected.bytes.end(), got.bytes.begin(), got.bytes.end());
  if (a == expected.bytes.end() && b == got.bytes.end()) return {};
  const std::size_t index = static_cast<std::size_t>(a - expected.bytes.begin()) / step;
  if (expected.bytes.size() != got.bytes.size()) {
    return count_difference(expected.bytes.size() / step, got.bytes.size() / step);
  }
  return "element " + std::to_string(index) + ": expected " + show(expected.element, &expected.bytes[index * step]) +
         ", got " + show(got.element, &got.bytes[index * step]);
}

void require_equal(const Output& expected, const Output& got) {
  const std::string difference = first_difference(expected, got);
  if (!difference.empty()) throw IntegrityError(difference);
}

void require_close(std::span<const double> reference, const Output& got, double scale) {
  const std::size_t step = element_bytes(got.element);
  if (got.bytes.size() / step != reference.size()) {
    throw IntegrityError(count_difference(reference.size(), got.bytes.size() / step));
  }
  for (std::size_t i = 0; i < reference.size(); ++i) {
    const std::byte* at = got.bytes.data() + i * step;
    const double value = got.element == Element::f32 ? static_cast<double>(load<float>(at)) : load<double>(at);
    const double allowed = got.tolerance * std::max(std::abs(reference[i]), scale);
    if (std::abs(value - reference[i]) <= allowed) continue;  // false for NaN
    std::ostringstream text;
    text.precision(9);
    text << "element " << i << ": expected " << reference[i] << " within " << allowed << ", got " << value;
    throw IntegrityError(text.str());
  }
}

}  // namespace perfopt::bench
