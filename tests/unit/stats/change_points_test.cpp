// SPDX-License-Identifier: Apache-2.0
#include "perfopt/stats/change_points.hpp"

#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include <doctest/doctest.h>

#include "perfopt/core/random.hpp"
#include "perfopt/stats/energy.hpp"
#include "perfopt/stats/run_noise.hpp"
#include "perfopt/stats/trend.hpp"

using namespace perfopt;
using namespace perfopt::stats;

namespace {

double normal(Random& random) {
  return std::sqrt(-2 * std::log(1 - random.unit())) * std::cos(2 * std::numbers::pi * random.unit());
}

// Runs of about 1000 ns that differ by `spread`.
std::vector<double> runs(std::uint64_t seed, std::size_t count, double spread) {
  Random random(seed);
  std::vector<double> values(count);
  for (double& value : values) value = 1000 * std::exp(spread * normal(random));
  return values;
}

void multiply(std::vector<double>& values, std::size_t from, std::size_t end, double factor) {
  for (std::size_t i = from; i < end; ++i) values[i] *= factor;
}

// The definition, pair by pair.
double energy(const std::vector<double>& x, const std::vector<double>& y) {
  const auto within = [](const std::vector<double>& values) {
    double sum = 0;
    for (const double a : values) {
      for (const double b : values) sum += std::abs(a - b);
    }
    const auto n = static_cast<double>(values.size());
    return sum / (n * (n - 1));
  };
  double between = 0;
  for (const double a : x) {
    for (const double b : y) between += std::abs(a - b);
  }
  const auto n = static_cast<double>(x.size());
  const auto m = static_cast<double>(y.size());
  return n * m / (n + m) * (2 * between / (n * m) - within(x) - within(y));
}

}  // namespace

TEST_CASE("the best split has the largest energy distance, ties included") {
  const std::vector<double> values{3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2, 3, 8, 4};
  Split best;
  for (std::size_t at = 3; at + 3 <= values.size(); ++at) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(at);
    const double statistic = energy({values.begin(), middle}, {middle, values.end()});
    if (best.at == 0 || statistic > best.statistic) best = {at, statistic};
  }
  const Split found = energy_split(values, 3);
  CHECK(found.at == best.at);
  CHECK(found.statistic == doctest::Approx(best.statistic));
  CHECK(energy_split(std::span(values).first(5), 3).at == 0);
  CHECK(energy_p_value(values, 3, 1e9, 99, 1) == doctest::Approx(0.01));
  CHECK(energy_p_value(values, 3, -1e9, 99, 1) == 1);
}

TEST_CASE("a step is found where it is, with an interval that holds it") {
  std::vector<double> values = runs(1, 40, 0.005);
  multiply(values, 28, 40, 1.02);
  const auto changes = change_points(values);
  REQUIRE(changes.size() == 1);
  CHECK(changes[0].first == 28);
  CHECK(changes[0].ratio.low < 1.02);
  CHECK(changes[0].ratio.high > 1.02);
  CHECK(changes[0].ratio.low > 1.01);
  CHECK(change_points(values)[0].ratio.estimate == changes[0].ratio.estimate);
}

TEST_CASE("a step is told at its first run, however near to an end it is") {
  for (const std::size_t at : {5U, 6U, 10U, 20U, 34U, 35U}) {
    std::vector<double> values = runs(at, 40, 0.01);
    multiply(values, at, 40, 1.3);
    const auto found = change_points(values);
    CAPTURE(at);
    REQUIRE(found.size() == 1);
    CHECK(found[0].first == at);
    CHECK(found[0].ratio.low < 1.3);
    CHECK(found[0].ratio.high > 1.3);
  }
}

TEST_CASE("two steps are told where they are, the second with five runs behind it") {
  std::vector<double> values = runs(7, 40, 0.008);
  multiply(values, 10, 40, 0.8);
  multiply(values, 35, 40, 1.15);
  const auto found = change_points(values);
  REQUIRE(found.size() == 2);
  CHECK(found[0].first == 10);
  CHECK(found[1].first == 35);
}

TEST_CASE("a level that comes and goes is two changes, a staircase is one a step") {
  std::vector<double> values = runs(2, 60, 0.004);
  multiply(values, 22, 38, 1.05);
  auto changes = change_points(values);
  REQUIRE(changes.size() == 2);
  CHECK(changes[0].first == 22);
  CHECK(changes[1].first == 38);
  CHECK(changes[1].ratio.estimate < 0.97);

  values = runs(3, 60, 0.004);
  multiply(values, 20, 60, 1.05);
  multiply(values, 40, 60, 1.05);
  changes = change_points(values);
  REQUIRE(changes.size() == 2);
  CHECK(changes[0].first == 20);
  CHECK(changes[1].first == 40);
}

TEST_CASE("noise, spikes and drift are no changes") {
  CHECK(change_points({}).empty());
  CHECK(change_points(runs(4, 5, 0.01)).empty());
  CHECK(change_points(std::vector<double>(50, 7.0)).empty());
  int changed = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) changed += change_points(runs(seed, 60, 0.03)).empty() ? 0 : 1;
  CHECK(changed <= 2);
  for (const std::size_t place : {3U, 20U, 37U, 39U}) {
    for (const std::size_t length : {1U, 2U}) {
      std::vector<double> values = runs(5, 40, 0.005);
      multiply(values, place, std::min<std::size_t>(40, place + length), 1.5);
      CHECK(change_points(values).empty());
    }
  }
  std::vector<double> drifting = runs(6, 80, 0.004);
  for (std::size_t i = 0; i < drifting.size(); ++i) drifting[i] *= 1 + 0.002 * static_cast<double>(i);
  CHECK(change_points(drifting).empty());
}

TEST_CASE("counts that never vary: any step is a change, and what has no logarithm has none") {
  std::vector<double> counts(20, 1'000'000);
  multiply(counts, 12, 20, 1.001);
  const auto changes = change_points(counts);
  REQUIRE(changes.size() == 1);
  CHECK(changes[0].first == 12);
  CHECK(changes[0].ratio.low == doctest::Approx(1.001));
  counts[3] = 0;
  CHECK(change_points(counts).empty());
  counts[3] = std::numeric_limits<double>::quiet_NaN();
  CHECK(change_points(counts).empty());
}

TEST_CASE("noise with memory counts for fewer runs") {
  Random random(7);
  std::vector<double> values(400);
  double last = 0;
  for (double& value : values) value = last = 0.8 * last + 0.6 * normal(random);
  const RunNoise noise = run_noise(std::span(values).first(200), std::span(values).last(200));
  CHECK(noise.spread == doctest::Approx(1).epsilon(0.25));
  CHECK(noise.inflation > 5);
  CHECK(noise.inflation < 15);
  const std::vector<double> same(8, 2.0);
  CHECK(run_noise(same, same).spread == 0);
  CHECK(shift_of(std::vector<double>{1, 2, 3}, std::vector<double>{11, 12, 130}) == 10);
}

TEST_CASE("a drift is told with its slope, and none where there is none") {
  std::vector<double> x;
  for (int i = 0; i < 60; ++i) x.push_back(i);
  std::vector<double> values = runs(8, 60, 0.01);
  const auto none = trend(x, values);
  REQUIRE(none);
  CHECK_FALSE(none->significant);
  CHECK(none->slope.low < 0);
  CHECK(none->slope.high > 0);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] *= std::exp(0.001 * static_cast<double>(i));
  const auto found = trend(x, values);
  REQUIRE(found);
  CHECK(found->significant);
  CHECK(found->slope.low < 0.001);
  CHECK(found->slope.high > 0.001);
  CHECK_FALSE(trend(std::vector<double>(60, 1.0), values));
  CHECK_FALSE(trend(std::span(x).first(5), std::span(values).first(5)));
  const Line line = line_through(std::vector<double>{1, 3, 5, 99, 9});
  CHECK(line.slope == doctest::Approx(2));
  CHECK(line.at(10) == doctest::Approx(21));
}
