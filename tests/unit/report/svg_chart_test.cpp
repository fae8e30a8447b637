// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/svg_chart.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <regex>

#include <doctest/doctest.h>

#include "unit/report/markup.hpp"

using namespace perfopt::report;
using namespace perfopt::report::testing;

namespace {

Chart chart_of(std::vector<ChartLine> lines) {
  return {.id = "c1",
          .title = "Speed-up",
          .description = "A rises",
          .x = {"size [keys]", tick_count},
          .y = {"speed-up", tick_ratio},
          .lines = std::move(lines),
          .marks = {},
          .reference_label = "naive"};
}

struct TextAt {
  double x, y;
  std::string anchor, text;
};

std::vector<TextAt> texts_of(const std::string& svg) {
  static const std::regex pattern(
      "<text class=\"text\" fill=\"#1F2328\" text-anchor=\"([a-z]+)\" x=\"([-0-9.]+)\" y=\"([-0-9.]+)\">([^<]*)<");
  std::vector<TextAt> texts;
  for (std::sregex_iterator at(svg.begin(), svg.end(), pattern), end; at != end; ++at) {
    texts.push_back({std::stod((*at)[2]), std::stod((*at)[3]), (*at)[1], (*at)[4]});
  }
  return texts;
}

}  // namespace

TEST_CASE("ticks are round, few, inside the range and ascending") {
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

TEST_CASE("tick labels are short and have units") {
  CHECK(tick_count(16) == "16");
  CHECK(tick_count(20'000) == "20K");
  CHECK(tick_count(5e6) == "5M");
  CHECK(tick_ratio(0.5) == "0.5x");
  CHECK(tick_ratio(1000) == "1,000x");
  CHECK(tick_duration_ns(500e9) == "500 s");
  CHECK(tick_duration_ns(0.1) == "0.1 ns");
  CHECK(tick_duration_ns(20'000) == "20 us");
  CHECK(svg_number(-0.04) == "0");
  CHECK(svg_number(12.34) == "12.3");
  CHECK(svg_number(5) == "5");
}

TEST_CASE("equal factors are equal distances, upwards and to the right") {
  const std::string svg = svg_chart(chart_of({{"A", 1, {{10, 2}, {100, 4}, {1000, 8}}}}));
  static const std::regex path("d=\"M([0-9.]+) ([0-9.]+) L([0-9.]+) ([0-9.]+) L([0-9.]+) ([0-9.]+)\"");
  std::smatch at;
  REQUIRE(std::regex_search(svg, at, path));
  const auto number = [&](std::size_t i) { return std::stod(at[i]); };
  CHECK(number(3) - number(1) == doctest::Approx(number(5) - number(3)).epsilon(0.01));
  CHECK(number(2) - number(4) == doctest::Approx(number(4) - number(6)).epsilon(0.01));
  CHECK(number(3) > number(1));
  CHECK(number(4) < number(2));
}

TEST_CASE("labels of lines that end together do not overlap and stay inside") {
  std::vector<ChartLine> lines;
  for (unsigned i = 0; i < 8; ++i) {
    lines.push_back({"strategy number " + std::to_string(i), i, {{10, 1.0}, {1000, 2 + i * 0.001}}});
  }
  Chart chart = chart_of(std::move(lines));
  chart.marks = {{100, "first 100"}, {101, "second 101"}, {102, "third 102"}, {9, "edge"}};
  const std::string svg = svg_chart(chart);
  CHECK(parse_markup(svg).error == "");
  const std::vector<TextAt> texts = texts_of(svg);
  CHECK(texts.size() > 14);
  for (const TextAt& text : texts) {
    CAPTURE(text.text);
    const double width = 7 * static_cast<double>(text.text.size());
    const double left = text.anchor == "start" ? text.x : text.anchor == "end" ? text.x - width : text.x - width / 2;
    CHECK(left >= 0);
    CHECK(left + width <= chart.width + 1);
    CHECK(text.y >= 10);
    CHECK(text.y <= chart.height);
    for (const TextAt& other : texts) {
      if (&other == &text || other.anchor != text.anchor) continue;
      const bool same_row = std::abs(other.y - text.y) < 12;
      if (text.anchor == "start") CHECK_FALSE(same_row);
    }
  }
}

TEST_CASE("what cannot be placed on a logarithmic axis is left out") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(svg_chart(chart_of({})).empty());
  CHECK(svg_chart(chart_of({{"A", 1, {{0, 1}, {10, nan}, {10, -1}, {nan, 2}}}})).empty());
  const std::string one = svg_chart(chart_of({{"A", 1, {{10, 2, 1.9, 2.1}, {20, nan}}}, {"B", 2, {{nan, 1}}}}));
  CHECK(parse_markup(one).error == "");
  CHECK(one.find("nan") == std::string::npos);
  CHECK(one.find(">A<") != std::string::npos);
  CHECK(one.find(">B<") == std::string::npos);
}

TEST_CASE("the chart is named for those who cannot see it, and its text is escaped") {
  Chart chart = chart_of({{"<b>", 1, {{1, 1}, {2, 2}}}});
  chart.title = "<script>";
  const std::string svg = svg_chart(chart);
  CHECK(parse_markup(svg).error == "");
  CHECK(svg.find("role=\"img\" aria-labelledby=\"c1-t c1-d\"") != std::string::npos);
  CHECK(svg.find("<title id=\"c1-t\">&lt;script&gt;</title>") != std::string::npos);
  CHECK(svg.find("<desc id=\"c1-d\">A rises</desc>") != std::string::npos);
}
