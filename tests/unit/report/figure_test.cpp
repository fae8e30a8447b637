// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/figure.hpp"

#include <algorithm>
#include <limits>

#include <doctest/doctest.h>

#include "perfopt/report/svg_chart.hpp"

using namespace perfopt::report;

TEST_CASE("logarithmic ticks are round, few, inside the range and ascending") {
  CHECK(log_ticks(1, 1000, 6) == std::vector<double>{1, 10, 100, 1000});
  CHECK(log_ticks(0.3, 6, 7) == std::vector<double>{0.5, 1, 2, 5});
  for (const double low : {1e-9, 0.07, 1.0, 3.0, 16.0, 999.0}) {
    for (const double span : {1.5, 4.0, 30.0, 1e4, 1e12}) {
      const std::vector<double> ticks = log_ticks(low, low * span, 6);
      CAPTURE(low);
      CAPTURE(span);
      CHECK(ticks.size() <= 6);
      if (span >= 4) CHECK(ticks.size() >= 1);
      CHECK(std::ranges::is_sorted(ticks));
      for (const double tick : ticks) {
        CHECK(tick >= low * 0.999);
        CHECK(tick <= low * span * 1.001);
      }
    }
  }
  CHECK(log_ticks(0, std::numeric_limits<double>::quiet_NaN(), 6).empty());
}

TEST_CASE("linear ticks are multiples of 1, 2 or 5, as many as fit") {
  CHECK(linear_ticks(0, 10, 6) == std::vector<double>{0, 2, 4, 6, 8, 10});
  CHECK(linear_ticks(-0.05, 0.05, 3) == std::vector<double>{-0.05, 0, 0.05});
  for (const double low : {-1e6, -3.0, 0.0, 0.001, 12345.0}) {
    for (const double span : {1e-3, 0.7, 9.0, 1e9}) {
      for (const std::size_t most : {2U, 5U, 9U}) {
        const std::vector<double> ticks = linear_ticks(low, low + span, most);
        CAPTURE(low);
        CAPTURE(span);
        CHECK(ticks.size() <= most);
        CHECK(std::ranges::is_sorted(ticks));
        for (const double tick : ticks) CHECK((tick >= low - span * 0.01 && tick <= low + span * 1.01));
      }
    }
  }
  CHECK(linear_ticks(1, 1, 5).empty());
  CHECK(linear_ticks(0, std::numeric_limits<double>::infinity(), 5).empty());
}

TEST_CASE("labels of axes are short and have units") {
  CHECK(tick_text(Quantity::count, 16) == "16");
  CHECK(tick_text(Quantity::count, 20'000) == "20K");
  CHECK(tick_text(Quantity::count, 5e6) == "5M");
  CHECK(tick_text(Quantity::ratio, 0.5) == "0.5x");
  CHECK(tick_text(Quantity::ratio, 1000) == "1,000x");
  CHECK(tick_text(Quantity::duration_ns, 500e9) == "500 s");
  CHECK(tick_text(Quantity::duration_ns, 0.1) == "0.1 ns");
  CHECK(tick_text(Quantity::duration_ns, 20'000) == "20 us");
  CHECK(tick_text(Quantity::share, -0.05) == "-5 %");
  CHECK(tick_text(Quantity::byte_rate, 2e9) == "2 GB/s");
  CHECK(svg_number(-0.04) == "0");
  CHECK(svg_number(12.34) == "12.3");
  CHECK(svg_number(5) == "5");
}

TEST_CASE("a cell tells its number with its unit, and nothing for nothing") {
  CHECK(cell_text({"time", Quantity::duration_ns}, 1234.0) == "1.23 us");
  CHECK(cell_text({"size", Quantity::count}, std::uint64_t{30'000}) == "30,000");
  CHECK(cell_text({"held", Quantity::bytes}, std::uint64_t{4096}) == "4.00 KiB");
  CHECK(cell_text({"time", Quantity::duration_ns}, kNoValue) == "-");
  CHECK(cell_text({"time", Quantity::duration_ns}, TableCell()).empty());
}
