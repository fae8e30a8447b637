// SPDX-License-Identifier: Apache-2.0
#include "perfopt/core/units.hpp"

#include <limits>

#include <doctest/doctest.h>

#include "perfopt/core/error.hpp"

using namespace perfopt;

TEST_CASE("durations, bytes, rates and ratios carry the unit that fits") {
  CHECK(format_duration_ns(1.234) == "1.23 ns");
  CHECK(format_duration_ns(56'700) == "56.7 us");
  CHECK(format_duration_ns(999'900) == "1.00 ms");
  CHECK(format_duration_ns(134e9) == "2 min 14 s");
  CHECK(format_duration_ns(std::numeric_limits<double>::quiet_NaN()) == "-");
  CHECK(format_bytes(512) == "512 B");
  CHECK(format_bytes(65536) == "64.0 KiB");
  CHECK(format_byte_rate(19.4e9) == "19.4 GB/s");
  CHECK(format_rate(456) == "456 /s");
  CHECK(format_count(0) == "0");
  CHECK(format_count(30000) == "30,000");
  CHECK(format_count(1234567) == "1,234,567");
  CHECK(format_about(29'637) == "30,000");
  CHECK(format_about(996) == "1,000");
  CHECK(format_about(3.2) == "3");
  CHECK(format_about(0) == "-");
  CHECK(format_about(1e19) == "-");
  CHECK(format_about(std::numeric_limits<double>::quiet_NaN()) == "-");
  CHECK(format_ratio(1.94) == "1.94x");
  CHECK(format_ratio(0.412) == "0.412x");
  CHECK(format_ratio(213.4) == "213x");
  CHECK(format_percent(0.123) == "12.3 %");
}

TEST_CASE("sizes are counts or bytes; anything else is refused with the source's name") {
  CHECK(parse_quantity("1000", "--sizes").value == 1000);
  CHECK(parse_quantity("1K", "--sizes").value == 1000);
  CHECK(parse_quantity("1.5M", "--sizes").value == 1'500'000);
  CHECK_FALSE(parse_quantity("1M", "--sizes").is_bytes);
  CHECK(parse_quantity("64KiB", "--sizes").value == 65536);
  CHECK(parse_quantity("64KiB", "--sizes").is_bytes);
  for (const char* bad : {"", "x", "0", "-1", "1Q", "1e99", "nan", "0.2", "12 34"}) {
    CHECK_THROWS_AS((void)parse_quantity(bad, "--sizes"), BadInput);
  }
}

TEST_CASE("durations are read with and without a unit") {
  CHECK(parse_duration_s("90", "--max-time") == 90);
  CHECK(parse_duration_s("500ms", "--max-time") == doctest::Approx(0.5));
  CHECK(parse_duration_s("3min", "--max-time") == 180);
  for (const char* bad : {"", "0", "-1s", "1 fortnight", "inf"}) {
    CHECK_THROWS_AS((void)parse_duration_s(bad, "--max-time"), BadInput);
  }
}

TEST_CASE("a percentage has its sign, so that 2 and 0.02 cannot be mixed up") {
  CHECK(perfopt::parse_percent("2%", "--threshold") == doctest::Approx(0.02));
  CHECK(perfopt::parse_percent("0.5 %", "--threshold") == doctest::Approx(0.005));
  CHECK(perfopt::parse_percent("0%", "--threshold") == 0);
  for (const char* bad : {"2", "0.02", "", "%", "-2%", "2%%", "1e3%", "2.5.1%", "two%"}) {
    CAPTURE(std::string(bad));
    CHECK_THROWS_WITH_AS((void)perfopt::parse_percent(bad, "--threshold"), doctest::Contains("--threshold: '"),
                         perfopt::BadInput);
  }
}
