// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/line_buckets.hpp"

#include <algorithm>
#include <cmath>

#include <doctest/doctest.h>

#include "perfopt/report/thread_timeline.hpp"
#include "unit/report/island_reader.hpp"

using namespace perfopt;
using namespace perfopt::report;
using namespace perfopt::report::testing;

namespace {

std::vector<double> seconds(std::size_t count) {
  std::vector<double> x(count);
  for (std::size_t i = 0; i < count; ++i) x[i] = static_cast<double>(i);
  return x;
}

}  // namespace

TEST_CASE("a spike of one point in 604,800 stays, at its place") {
  std::vector<double> y(604'800, 1.0);
  y[400'000] = 50;
  y[500'000] = -3;
  const LineBuckets line = line_buckets(seconds(y.size()), y);
  CHECK(line.x.size() <= kMostLineBuckets);
  CHECK(line.x.size() > kMostLineBuckets / 2);
  CHECK(std::ranges::is_sorted(line.x));
  CHECK(std::ranges::count(line.high, 50.0) == 1);
  CHECK(std::ranges::count(line.low, -3.0) == 1);
  const auto spike = static_cast<std::size_t>(std::ranges::find(line.high, 50.0) - line.high.begin());
  CHECK(std::abs(line.x[spike] - 400'000) < 604'800.0 / kMostLineBuckets);
  CHECK(line.low[spike] == 1.0);
}

TEST_CASE("few points come back as they are, those that are not finite left out") {
  const std::vector<double> x{0, 1, 2, 3};
  const LineBuckets line = line_buckets(x, std::vector<double>{5, std::nan(""), HUGE_VAL, 7});
  CHECK(line.x == std::vector<double>{0, 3});
  CHECK(line.low == std::vector<double>{5, 7});
  CHECK(line.high == line.low);
  CHECK(line_buckets({}, {}).x.empty());
}

TEST_CASE("many points at one moment are kept") {
  const std::vector<double> x(10, 4.0);
  CHECK(line_buckets(x, seconds(10), 5).x.size() == 10);
}

TEST_CASE("the island tells axes and series, sorted by time") {
  model::Profile profile;
  profile.elapsed_s = 400;
  for (std::uint64_t i = 1; i <= 301; ++i) profile.memory.push_back({i * 1'000'000'000, 4096});
  std::ranges::swap(profile.memory[0], profile.memory[1]);
  profile.memory[0].rss_bytes = 8192;
  const std::string json = memory_island(profile, "memory");
  CHECK(member(json, "kind") == "lines");
  CHECK(json.find("\"x\":{\"label\":\"time\",\"unit\":\"s\"}") != std::string::npos);
  const std::string series = unpacked_json(member(json, "series"));
  CHECK(series.find("\"x\":[1,2,3,") != std::string::npos);
  CHECK(series.find("\"low\":[4096,8192,4096,") != std::string::npos);
  CHECK(series.find("\"high\":[4096,8192,4096,") != std::string::npos);
  profile.memory.pop_back();  // the picture alone tells so few
  CHECK(memory_island(profile, "memory").empty());
  profile.memory.clear();
  CHECK(memory_island(profile, "memory").empty());
}

TEST_CASE("the island tells bands, names and marks where there are any, and no name can leave it") {
  const LineBuckets points{.x = {0, 1}, .low = {5, 6}, .high = {5, 6}};
  const LineNotes notes{.names = {"2026-01-01 a", "</script>"}, .marks = {{1, "+12 %"}}};
  const LineSeries line{.label = "", .points = points, .band_low = {4, 5}, .band_high = {6, 7.5}};
  const std::string json = lines_island("h", "History", {.label = "run", .unit = "index"},
                                        {.label = "time", .unit = "ns", .from_zero = true}, {line}, notes);
  CHECK(json.find(R"("names":["2026-01-01 a","\u003c/script\u003e"])") != std::string::npos);
  CHECK(json.find(R"("marks":[{"x":1,"text":"+12 %"}])") != std::string::npos);
  CHECK(json.find(R"("band_low":[4,5],"band_high":[6,7.5])") != std::string::npos);
  CHECK(json.find(R"("from_zero":true)") != std::string::npos);
  const std::string bare = lines_island("h", "History", {.label = "run", .unit = "index"},
                                        {.label = "time", .unit = "ns"}, {{.label = "", .points = points}});
  for (const char* word : {"names", "marks", "band_", "from_zero"}) CHECK(bare.find(word) == std::string::npos);
}
