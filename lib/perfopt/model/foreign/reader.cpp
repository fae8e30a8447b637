// SPDX-License-Identifier: Apache-2.0
#include "perfopt/model/foreign/reader.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <optional>
#include <utility>

namespace perfopt::model::foreign {
namespace {

// The number of exactly `digits` digits at `at`, which moves behind it.
std::optional<int> digits(std::string_view text, std::size_t& at, std::size_t count) {
  if (text.size() < at + count) return std::nullopt;
  int value = 0;
  for (const std::size_t end = at + count; at < end; ++at) {
    if (text[at] < '0' || text[at] > '9') return std::nullopt;
    value = 10 * value + (text[at] - '0');
  }
  return value;
}

// Minutes east of Greenwich of what follows the seconds: nothing, "Z", "+01:00", "-0530".
std::optional<int> offset_minutes(std::string_view text) {
  if (text.empty() || text == "Z") return 0;
  const int sign = text[0] == '-' ? -1 : 1;
  if (text[0] != '+' && text[0] != '-') return std::nullopt;
  std::size_t at = 1;
  const auto hours = digits(text, at, 2);
  if (at < text.size() && text[at] == ':') ++at;
  const auto minutes = digits(text, at, 2);
  if (!hours || !minutes || at != text.size()) return std::nullopt;
  return sign * (60 * *hours + *minutes);
}

}  // namespace

Result timed(std::string name, std::vector<double> values, double scale) {
  Result result;
  result.name = std::move(name);
  result.samples = std::move(values);
  for (double& value : result.samples) value *= scale;
  return result;
}

double nanoseconds_of(std::string_view unit) {
  constexpr std::pair<std::string_view, double> kUnits[] = {
      {"ns", 1},      {"us", 1e3},     {"ms", 1e6},  {"s", 1e9},         {"min", 60e9},
      {"hr", 3600e9}, {"second", 1e9}, {"ps", 1e-3}, {"\xc2\xb5s", 1e3},
  };
  for (const auto& [name, nanoseconds] : kUnits) {
    if (unit == name) return nanoseconds;
  }
  return 0;
}

std::string utc(std::string_view text) {
  constexpr std::array<std::pair<std::size_t, std::string_view>, 6> kParts = {
      {{4, "-"}, {2, "-"}, {2, "T "}, {2, ":"}, {2, ":"}, {2, ""}}};
  std::array<int, 6> part{};
  std::size_t at = 0;
  for (std::size_t i = 0; i < part.size(); ++i) {
    const auto value = digits(text, at, kParts[i].first);
    if (!value) return "";
    part[i] = *value;
    if (kParts[i].second.empty()) continue;
    if (at >= text.size() || kParts[i].second.find(text[at]) == std::string_view::npos) return "";
    ++at;
  }
  if (at < text.size() && text[at] == '.') at = std::min(text.size(), text.find_first_not_of("0123456789", at + 1));
  const auto east = offset_minutes(text.substr(at));
  using namespace std::chrono;
  const year_month_day date{year{part[0]}, month{static_cast<unsigned>(part[1])}, day{static_cast<unsigned>(part[2])}};
  if (!east || !date.ok()) return "";
  const auto time = sys_days(date) + hours(part[3]) + minutes(part[4] - *east) + seconds(part[5]);
  const auto midnight = floor<days>(time);
  const year_month_day in_utc(midnight);
  const hh_mm_ss clock(time - midnight);
  std::array<char, 64> shown{};
  (void)std::snprintf(shown.data(), shown.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(in_utc.year()),
                      static_cast<unsigned>(in_utc.month()), static_cast<unsigned>(in_utc.day()),
                      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                      static_cast<int>(clock.seconds().count()));
  return shown.data();
}

bool has_rows(const Json& root, const char* name, const char* inner) {
  const auto rows = root.find(name);
  return rows != root.end() && rows->is_array() && !rows->empty() && rows->front().is_object() &&
         rows->front().contains(inner);
}

}  // namespace perfopt::model::foreign
