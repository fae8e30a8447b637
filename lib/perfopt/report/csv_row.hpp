// SPDX-License-Identifier: Apache-2.0
// One line of CSV (RFC 4180): text made harmless by csv_text(), numbers unrounded, nothing for what is not known.
// Private to the module.
#pragma once

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "perfopt/report/escape.hpp"

namespace perfopt::report {

class CsvRow {
 public:
  void text(std::string_view value) { field(csv_text(value)); }
  template <class T>
  void figure(const T& value) {
    field(number(std::optional(value)));
  }
  std::string line() && { return std::move(line_) + "\n"; }

 private:
  // The shortest text that reads back as the same number.
  static std::string number(std::optional<double> value) {
    if (!value || !std::isfinite(*value)) return "";
    std::array<char, 40> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), *value).ptr;
    return {text.data(), end};
  }
  static std::string number(std::optional<std::uint64_t> value) { return value ? std::to_string(*value) : ""; }

  void field(const std::string& value) {
    if (!first_) line_ += ',';
    first_ = false;
    line_ += value;
  }

  std::string line_;
  bool first_ = true;
};

}  // namespace perfopt::report
