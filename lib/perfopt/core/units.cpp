// SPDX-License-Identifier: Apache-2.0
#include "perfopt/core/units.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>

#include "perfopt/core/error.hpp"

namespace perfopt {
namespace {

struct Unit {
  double factor;
  const char* name;
};

// Three significant digits, as in 1.23, 45.6, 789.
std::string significant(double value) {
  const double size = std::abs(value);
  const int digits = size < 9.995 ? 2 : size < 99.95 ? 1 : 0;
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  return text.data();
}

template <std::size_t N>
std::string scaled(double value, const std::array<Unit, N>& units) {
  if (!std::isfinite(value)) return "-";
  const Unit* best = units.data();
  for (const Unit& unit : units) {
    if (std::abs(value) >= unit.factor * 0.9995) best = &unit;
  }
  return significant(value / best->factor) + " " + best->name;
}

struct Suffix {
  std::string_view name;
  double factor;
  bool is_bytes;
};

// Splits "64KiB" into 64 and "KiB". Returns false when the text does not start with a number.
bool split_number(std::string_view text, double& number, std::string_view& suffix) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || !std::isfinite(number)) return false;
  suffix = text.substr(static_cast<std::size_t>(end - text.data()));
  while (!suffix.empty() && suffix.front() == ' ') suffix.remove_prefix(1);
  return true;
}

}  // namespace

std::string format_duration_ns(double ns) {
  static constexpr std::array<Unit, 4> kUnits{{{1, "ns"}, {1e3, "us"}, {1e6, "ms"}, {1e9, "s"}}};
  if (std::isfinite(ns) && ns >= 99.5e9) {
    const auto seconds = static_cast<long long>(std::llround(ns / 1e9));
    return std::to_string(seconds / 60) + " min " + std::to_string(seconds % 60) + " s";
  }
  return scaled(ns, kUnits);
}

std::string format_bytes(double bytes) {
  static constexpr std::array<Unit, 5> kUnits{
      {{1, "B"}, {1024.0, "KiB"}, {1048576.0, "MiB"}, {1073741824.0, "GiB"}, {1099511627776.0, "TiB"}}};
  if (std::isfinite(bytes) && std::abs(bytes) < 1023.5) return std::to_string(std::llround(bytes)) + " B";
  return scaled(bytes, kUnits);
}

std::string format_byte_rate(double bytes_per_second) {
  static constexpr std::array<Unit, 5> kUnits{
      {{1, "B/s"}, {1e3, "kB/s"}, {1e6, "MB/s"}, {1e9, "GB/s"}, {1e12, "TB/s"}}};
  return scaled(bytes_per_second, kUnits);
}

std::string format_rate(double per_second) {
  static constexpr std::array<Unit, 5> kUnits{{{1, "/s"}, {1e3, "k/s"}, {1e6, "M/s"}, {1e9, "G/s"}, {1e12, "T/s"}}};
  return scaled(per_second, kUnits);
}

std::string format_count(std::uint64_t count) {
  std::string text = std::to_string(count);
  for (std::size_t at = text.size(); at > 3;) {
    at -= 3;
    text.insert(at, ",");
  }
  return text;
}

std::string format_about(double size) {
  if (!(size > 0) || size > 1e18) return "-";
  const double step = std::pow(10.0, std::max(0.0, std::floor(std::log10(size)) - 1));
  return format_count(static_cast<std::uint64_t>(std::llround(size / step) * std::llround(step)));
}

std::string format_ratio(double ratio) {
  if (!std::isfinite(ratio)) return "-";
  if (ratio < 0.9995) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), ratio < 0.01 ? "%.4fx" : "%.3fx", ratio);
    return text.data();
  }
  return significant(ratio) + "x";
}

std::string format_percent(double share) {
  if (!std::isfinite(share)) return "-";
  return significant(share * 100) + " %";
}

std::string format_change(double ratio) {
  if (!std::isfinite(ratio)) return "-";
  const double percent = (ratio - 1) * 100;
  const double size = std::abs(percent);
  const int digits = size < 0.995 ? 2 : size < 99.95 ? 1 : 0;
  std::array<char, 352> text{};  // the largest double has 309 digits
  if (size < 0.005) return "0.00 %";
  std::snprintf(text.data(), text.size(), "%+.*f %%", digits, percent);
  return text.data();
}

Quantity parse_quantity(std::string_view text, std::string_view what) {
  static constexpr std::array<Suffix, 11> kSuffixes{{{"", 1, false},
                                                     {"K", 1e3, false},
                                                     {"k", 1e3, false},
                                                     {"M", 1e6, false},
                                                     {"G", 1e9, false},
                                                     {"B", 1, true},
                                                     {"KiB", 1024, true},
                                                     {"MiB", 1048576, true},
                                                     {"GiB", 1073741824, true},
                                                     {"KB", 1e3, true},
                                                     {"MB", 1e6, true}}};
  double number = 0;
  std::string_view suffix;
  if (split_number(text, number, suffix) && number > 0) {
    for (const Suffix& known : kSuffixes) {
      if (suffix != known.name) continue;
      const double value = number * known.factor;
      if (value < 1 || value > 9.0e15) break;
      return {static_cast<std::uint64_t>(std::llround(value)), known.is_bytes};
    }
  }
  throw BadInput(std::string(what) + ": '" + std::string(text) +
                 "' is no size; write a count (1000, 1K, 1M) or bytes (64KiB, 1MiB, 1GiB), above zero");
}

double parse_percent(std::string_view text, std::string_view what) {
  const std::string_view number = text.substr(0, text.find_first_not_of("0123456789."));
  std::string_view unit = text.substr(number.size());
  unit.remove_prefix(std::min(unit.find_first_not_of(' '), unit.size()));
  double value = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  const bool whole = error == std::errc{} && end == number.data() + number.size();
  if (!number.empty() && whole && unit == "%" && value < 1e6) return value / 100;
  throw BadInput(std::string(what) + ": '" + std::string(text) + "' is no percentage; write 2% or 0.5%");
}

double parse_duration_s(std::string_view text, std::string_view what) {
  static constexpr std::array<Suffix, 6> kSuffixes{
      {{"", 1, false}, {"s", 1, false}, {"ms", 1e-3, false}, {"min", 60, false}, {"m", 60, false}, {"h", 3600, false}}};
  double number = 0;
  std::string_view suffix;
  if (split_number(text, number, suffix) && number > 0) {
    for (const Suffix& known : kSuffixes) {
      if (suffix == known.name) return number * known.factor;
    }
  }
  throw BadInput(std::string(what) + ": '" + std::string(text) + "' is no duration; write 90, 90s, 500ms, 3min or 1h");
}

}  // namespace perfopt
