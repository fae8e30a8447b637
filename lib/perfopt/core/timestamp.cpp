// SPDX-License-Identifier: Apache-2.0
#include "perfopt/core/timestamp.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>

namespace perfopt {
namespace {

namespace ch = std::chrono;

constexpr std::int64_t kMinute = 60;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;

// Eats digits and marks from the front of a text; every member tells whether what it wanted was there.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool number(std::size_t digits, int most, int& into) {
    if (rest_.size() < digits) return false;
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      if (rest_[i] < '0' || rest_[i] > '9') return false;
      value = 10 * value + (rest_[i] - '0');
    }
    rest_.remove_prefix(digits);
    into = value;
    return value <= most;
  }
  bool mark(std::string_view any_of) {
    if (rest_.empty() || any_of.find(rest_.front()) == std::string_view::npos) return false;
    last_ = rest_.front();
    rest_.remove_prefix(1);
    return true;
  }
  void skip_digits() { rest_.remove_prefix(std::min(rest_.find_first_not_of("0123456789"), rest_.size())); }
  [[nodiscard]] bool done() const { return rest_.empty(); }
  [[nodiscard]] char last() const { return last_; }

 private:
  std::string_view rest_;
  char last_ = 0;
};

bool read_date(Reader& reader, std::int64_t& day) {
  int year = 0;
  int month = 0;
  int of_month = 0;
  if (!reader.number(4, 9999, year) || !reader.mark("-") || !reader.number(2, 12, month) || !reader.mark("-") ||
      !reader.number(2, 31, of_month)) {
    return false;
  }
  const ch::year_month_day date(ch::year(year), ch::month(static_cast<unsigned>(month)),
                                ch::day(static_cast<unsigned>(of_month)));
  if (!date.ok()) return false;
  day = ch::sys_days(date).time_since_epoch().count();
  return true;
}

bool read_time(Reader& reader, std::int64_t& second) {
  int hour = 0;
  int minute = 0;
  int of_minute = 0;
  if (!reader.number(2, 23, hour) || !reader.mark(":") || !reader.number(2, 59, minute)) return false;
  if (reader.mark(":")) {
    if (!reader.number(2, 60, of_minute)) return false;
    if (reader.mark(".,")) reader.skip_digits();
  }
  second = hour * kHour + minute * kMinute + of_minute;
  return true;
}

// What must be added to the local time to get UTC.
bool read_zone(Reader& reader, std::int64_t& offset) {
  if (reader.done() || reader.mark("Zz")) return reader.done();
  if (!reader.mark("+-")) return false;
  const std::int64_t sign = reader.last() == '+' ? -1 : 1;
  int hours = 0;
  int minutes = 0;
  if (!reader.number(2, 23, hours)) return false;
  (void)reader.mark(":");
  if (!reader.done() && !reader.number(2, 59, minutes)) return false;
  offset = sign * (hours * kHour + minutes * kMinute);
  return reader.done();
}

}  // namespace

std::string utc_text(std::int64_t unix_s) {
  const ch::sys_seconds moment{ch::seconds(unix_s)};
  const auto day = ch::floor<ch::days>(moment);
  const ch::year_month_day date(day);
  const ch::hh_mm_ss time(moment - day);
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return text;
}

std::int64_t utc_now_s() {
  return ch::duration_cast<ch::seconds>(ch::system_clock::now().time_since_epoch()).count();
}

std::optional<std::int64_t> parse_utc(std::string_view text) {
  Reader reader(text);
  std::int64_t day = 0;
  std::int64_t second = 0;
  std::int64_t offset = 0;
  if (!read_date(reader, day)) return std::nullopt;
  if (!reader.done() && !(reader.mark("T ") && read_time(reader, second) && read_zone(reader, offset))) {
    return std::nullopt;
  }
  return day * kDay + second + offset;
}

}  // namespace perfopt
