// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/compare/command_sweep.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <set>

#include "perfopt/core/error.hpp"

namespace perfopt::bench {
namespace {

// With 6 digits before and 9 behind the point all sums below fit into 64 bits.
constexpr std::size_t kMostDigits = 15;

struct Decimal {
  std::int64_t units = 0;  // of 10^-places
  std::size_t places = 0;
};

Decimal parse_decimal(const std::string& text, const std::string& what) {
  const bool negative = text.starts_with('-');
  const std::string_view magnitude = std::string_view(text).substr(negative ? 1 : 0);
  const auto point = magnitude.find('.');
  std::string digits(magnitude.substr(0, point));
  const std::string_view fraction = point == std::string_view::npos ? "" : magnitude.substr(point + 1);
  digits += fraction;
  Decimal value{0, fraction.size()};
  const char* end = digits.data() + digits.size();
  const bool plain = std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
  if (digits.empty() || digits.size() > kMostDigits || !plain ||
      std::from_chars(digits.data(), end, value.units).ptr != end) {
    throw BadInput(what + ": '" + text + "' is no decimal number of at most " + std::to_string(kMostDigits) +
                   " digits");
  }
  if (negative) value.units = -value.units;
  return value;
}

std::string decimal_text(const Decimal& value) {
  std::string digits = std::to_string(value.units < 0 ? -value.units : value.units);
  if (value.places > 0) {
    if (digits.size() <= value.places) digits.insert(0, value.places + 1 - digits.size(), '0');
    digits.insert(digits.size() - value.places, ".");
  }
  return (value.units < 0 ? "-" : "") + digits;
}

// The same number with more places behind the point.
Decimal widened(Decimal value, std::size_t places, const std::string& what) {
  for (; value.places < places; ++value.places) {
    if (__builtin_mul_overflow(value.units, std::int64_t{10}, &value.units)) {
      throw BadInput(what + ": its numbers have too many digits");
    }
  }
  return value;
}

void require_name(const std::string& name, const std::string& what) {
  if (name.empty()) throw BadInput(what + ": the parameter has no name");
}

}  // namespace

Sweep scan_sweep(const std::string& name, const std::string& low, const std::string& high, const std::string& step) {
  const std::string what = "--parameter-scan " + name;
  require_name(name, what);
  const Decimal from = parse_decimal(low, what);
  const Decimal to = parse_decimal(high, what);
  const Decimal by = parse_decimal(step, "--parameter-step-size");
  if (by.units <= 0) throw BadInput("--parameter-step-size: '" + step + "' is not above zero");
  const std::size_t places = std::max({from.places, to.places, by.places});
  const std::int64_t first = widened(from, places, what).units;
  const std::int64_t last = widened(to, places, what).units;
  if (last < first) throw BadInput(what + ": the range from " + low + " to " + high + " is empty");
  // As unsigned: the distance of two 64-bit numbers fits there.
  const std::uint64_t distance = static_cast<std::uint64_t>(last) - static_cast<std::uint64_t>(first);
  const std::uint64_t steps = distance / static_cast<std::uint64_t>(widened(by, places, what).units);
  if (steps >= kMostCombinations) {
    throw BadInput(what + ": more than " + std::to_string(kMostCombinations) + " values; take a larger step");
  }
  Sweep sweep{name, {decimal_text(from)}};
  const std::size_t shown = std::max(from.places, by.places);
  Decimal value = widened(from, shown, what);
  for (std::uint64_t i = 0; i < steps; ++i) {
    value.units += widened(by, shown, what).units;
    sweep.values.push_back(decimal_text(value));
  }
  return sweep;
}

Sweep list_sweep(const std::string& name, std::string_view values) {
  require_name(name, "--parameter-list");
  Sweep sweep{name, {""}};
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool escapes = values[i] == '\\' && i + 1 < values.size() && (values[i + 1] == ',' || values[i + 1] == '\\');
    if (escapes) {
      sweep.values.back() += values[++i];
    } else if (values[i] == ',') {
      sweep.values.emplace_back();
    } else {
      sweep.values.back() += values[i];
    }
  }
  return sweep;
}

std::vector<std::vector<model::CommandParameter>> combinations(const std::vector<Sweep>& sweeps) {
  std::set<std::string> names;
  std::size_t total = 1;
  for (const Sweep& sweep : sweeps) {
    if (!names.insert(sweep.name).second) throw BadInput("the parameter '" + sweep.name + "' is given twice");
    total *= sweep.values.size();
    if (total > kMostCombinations) {
      throw BadInput("more than " + std::to_string(kMostCombinations) +
                     " combinations of parameters; give fewer values");
    }
  }
  std::vector<std::vector<model::CommandParameter>> all;
  for (std::size_t index = 0; index < total; ++index) {
    std::size_t rest = index;
    all.emplace_back();
    for (const Sweep& sweep : sweeps) {
      all.back().push_back({sweep.name, sweep.values[rest % sweep.values.size()]});
      rest /= sweep.values.size();
    }
  }
  return all;
}

std::string substituted(std::string_view text, const std::vector<model::CommandParameter>& parameters) {
  std::string result;
  while (!text.empty()) {
    const auto found = std::ranges::find_if(
        parameters, [&](const model::CommandParameter& one) { return text.starts_with("{" + one.name + "}"); });
    const bool plain = found == parameters.end();
    result += plain ? std::string(1, text.front()) : found->value;
    text.remove_prefix(plain ? 1 : found->name.size() + 2);
  }
  return result;
}

std::string parameters_text(const std::vector<model::CommandParameter>& parameters) {
  std::string text;
  for (const auto& [name, value] : parameters) text += (text.empty() ? "" : ", ") + name + "=" + value;
  return text;
}

}  // namespace perfopt::bench
