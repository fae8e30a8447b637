// SPDX-License-Identifier: Apache-2.0
// The lines of a text with their numbers, and the words of a line. Nothing is copied. Internal to
// model/profile_formats/.
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace perfopt::model::profile_formats {

class Lines {
 public:
  Lines(std::string_view text, std::string_view origin) : rest_(text), origin_(origin) {}

  // False at the end. A line is without its line feed and a carriage return before that.
  [[nodiscard]] bool next(std::string_view& line) {
    if (rest_.empty()) return false;
    const std::size_t end = rest_.find('\n');
    line = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    ++number_;
    return true;
  }
  // What next() would give.
  [[nodiscard]] std::string_view peek() const { return rest_.substr(0, rest_.find('\n')); }
  [[nodiscard]] std::size_t number() const noexcept { return number_; }
  // "FILE:12", of the line that next() gave.
  [[nodiscard]] std::string place() const { return std::string(origin_) + ":" + std::to_string(number_); }

 private:
  std::string_view rest_;
  std::string_view origin_;
  std::size_t number_ = 0;
};

inline constexpr std::string_view kBlanks = " \t";

[[nodiscard]] inline std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

// The first word of `rest`, which keeps what follows it; "" when there is none.
[[nodiscard]] inline std::string_view next_word(std::string_view& rest) {
  const std::size_t first = rest.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) {
    rest = {};
    return {};
  }
  rest.remove_prefix(first);
  const std::string_view word = rest.substr(0, rest.find_first_of(kBlanks));
  rest.remove_prefix(word.size());
  return word;
}

// All of `text` as a number without a sign; empty for anything else and for one that does not fit.
template <class T = std::uint64_t>
[[nodiscard]] std::optional<T> whole_number(std::string_view text, int base = 10) {
  T value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// A line of a foreign file in a message: cut, so that a message stays one.
[[nodiscard]] inline std::string quoted(std::string_view text) {
  constexpr std::size_t kMost = 60;
  return "'" + std::string(text.substr(0, kMost)) + (text.size() > kMost ? "...'" : "'");
}

}  // namespace perfopt::model::profile_formats
