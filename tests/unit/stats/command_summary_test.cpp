// SPDX-License-Identifier: Apache-2.0
#include "perfopt/stats/command_summary.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "perfopt/core/random.hpp"
#include "perfopt/stats/command_noise.hpp"

using namespace perfopt;
using namespace perfopt::stats;

namespace {

model::MeasuredCommand command_of(const std::vector<double>& wall_ns) {
  model::MeasuredCommand command;
  command.name = "x";
  command.runs.wall_ns = wall_ns;
  command.runs.user_ns.assign(wall_ns.size(), 60);
  command.runs.system_ns.assign(wall_ns.size(), 30);
  command.runs.peak_rss_bytes.assign(wall_ns.size(), 1000);
  for (std::size_t i = 0; i < wall_ns.size(); ++i) command.runs.round.push_back(static_cast<std::uint32_t>(i));
  return command;
}

// About 10 ms with a deviation of 1 %.
std::vector<double> calm(std::size_t n, std::uint64_t seed = 1) {
  Random random(seed);
  std::vector<double> values;
  for (std::size_t i = 0; i < n; ++i) {
    double sum = 0;
    for (int k = 0; k < 12; ++k) sum += random.unit();
    values.push_back(1e7 * (1 + 0.01 * (sum - 6)));
  }
  return values;
}

bool has(const std::vector<Shape>& shapes, Shape shape) {
  return std::ranges::find(shapes, shape) != shapes.end();
}

}  // namespace

TEST_CASE("the median's interval stands between the order statistics of the tables") {
  std::vector<double> values;
  for (int i = 1; i <= 10; ++i) values.push_back(i);
  // Hollander and Wolfe: n = 10 gives the 2nd and the 9th.
  const auto ten = median_interval(values);
  CHECK(ten->estimate == 5.5);
  CHECK(ten->low == 2);
  CHECK(ten->high == 9);
  for (int i = 11; i <= 100; ++i) values.push_back(i);
  const auto hundred = median_interval(values);
  CHECK(hundred->low == 40);
  CHECK(hundred->high == 61);
  const std::vector<double> five{5, 4, 3, 2, 1};
  CHECK(median_interval(five)->low == 3);
  CHECK(median_interval(five)->high == 3);
  CHECK_FALSE(median_interval(std::vector<double>{}));
}

TEST_CASE("the median's interval covers as often as it says") {
  int covered = 0;
  constexpr int kTries = 2000;
  for (std::uint64_t seed = 0; seed < kTries; ++seed) {
    const auto interval = median_interval(calm(40, seed));
    covered += interval->low <= 1e7 && 1e7 <= interval->high ? 1 : 0;
  }
  CHECK(covered >= 0.94 * kTries);
  CHECK(covered <= 0.98 * kTries);
}

TEST_CASE("a summary has the shell taken off, and nothing below zero") {
  model::CommandRuns document;
  document.commands = {command_of({110, 120, 130, 140})};
  document.shell.emplace();
  document.shell->wall_ns = {99, 100, 101};
  document.shell->user_ns = {10, 10, 10};
  document.shell->system_ns = {50, 50, 50};
  summarize(document);
  const model::CommandSummary& summary = *document.commands[0].summary;
  CHECK(document.shell->median_ns.estimate == 100);
  CHECK(summary.mean_ns == 25);
  CHECK(*summary.stddev_ns == doctest::Approx(std::sqrt(500.0 / 3)));
  CHECK(summary.median_ns.estimate == 25);
  CHECK(summary.min_ns == 10);
  CHECK(summary.max_ns == 40);
  CHECK(summary.user_ns == 50);
  CHECK(summary.system_ns == 0);
  CHECK_FALSE(document.commands[0].relative);
  CHECK_FALSE(document.commands[0].reference);
}

TEST_CASE("relative times pair the rounds that hold both") {
  model::CommandRuns document;
  document.commands = {command_of({100, 100, 100, 100, 100, 100, 100, 100}),
                       command_of({400, 400, 400, 400, 400, 400})};
  document.commands[1].runs.round = {1, 2, 3, 5, 6, 7};
  // The rounds that the other has not, in which the machine was slow, do not count.
  document.commands[0].runs.wall_ns = {900, 200, 200, 200, 900, 200, 200, 200};
  document.commands[1].reference = true;
  summarize(document);
  REQUIRE(document.commands[0].relative);
  CHECK(document.commands[0].relative->estimate == doctest::Approx(0.5));
  document.commands[0].reference = true;
  document.commands[1].reference = false;
  summarize(document);
  CHECK(document.commands[1].relative->estimate == doctest::Approx(2));
  CHECK_FALSE(document.commands[0].relative);
}

TEST_CASE("without a chosen reference the fastest is it") {
  model::CommandRuns document;
  document.commands = {command_of({300, 300}), command_of({200, 200}), command_of({})};
  summarize(document);
  CHECK_FALSE(document.commands[0].reference);
  CHECK(document.commands[1].reference);
}

TEST_CASE("calm runs are left alone") {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    CHECK(shapes_of(calm(40, seed)) == std::vector<Shape>{Shape::calm});
  }
  CHECK(shapes_of(calm(9)) == std::vector<Shape>{Shape::calm});
  CHECK(shapes_of(std::vector<double>(50, 1e6)) == std::vector<Shape>{Shape::calm});
}

TEST_CASE("planted noise is told by its name") {
  std::vector<double> values = calm(60);
  values[0] *= 1.5;
  CHECK(shapes_of(values) == std::vector<Shape>{Shape::slow_first});

  values = calm(60);
  for (const std::size_t i : {20U, 21U, 22U, 23U, 40U, 41U, 42U}) values[i] *= 1.4;
  CHECK(has(shapes_of(values), Shape::bursts));

  values = calm(60);
  for (const std::size_t i : {10U, 25U, 33U, 50U}) values[i] *= 2;
  CHECK(has(shapes_of(values), Shape::outliers));
  CHECK_FALSE(has(shapes_of(values), Shape::bursts));

  values = calm(60);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] *= 1 + 0.004 * static_cast<double>(i);
  CHECK(has(shapes_of(values), Shape::drift));

  values = calm(60);
  Random random(3);
  for (double& value : values) value *= random.below(2) == 0 ? 1 : 1.3;
  CHECK(has(shapes_of(values), Shape::two_levels));
}

TEST_CASE("a doubt says what to do, once a kind") {
  model::CommandRuns document;
  std::vector<double> slow_first = calm(30);
  slow_first[0] *= 3;
  document.commands = {command_of(slow_first), command_of(slow_first)};
  summarize(document);
  const auto doubts = noise_of(document, "");
  REQUIRE(doubts.size() == 1);
  CHECK(doubts[0].subject == "first run");
  CHECK(doubts[0].advice.find("--warmup") != std::string::npos);

  std::vector<double> bursts = calm(60);
  for (const std::size_t i : {20U, 21U, 22U, 23U, 40U, 41U, 42U}) bursts[i] *= 1.4;
  document.commands = {command_of(bursts)};
  summarize(document);
  CHECK(noise_of(document, "'cc1plus' (process 7) used 80 % of a CPU meanwhile").front().advice.find("cc1plus") !=
        std::string::npos);
}

TEST_CASE("a short command in a shell is advised to do without") {
  model::CommandRuns document;
  document.commands = {command_of(std::vector<double>(20, 4e6))};
  summarize(document);
  CHECK(noise_of(document, "").empty());
  document.shell.emplace();
  document.shell->wall_ns.assign(20, 1e6);
  summarize(document);
  const auto doubts = noise_of(document, "");
  REQUIRE(doubts.size() == 1);
  CHECK(doubts[0].subject == "shell");
  CHECK(doubts[0].advice.find("-N") != std::string::npos);
}
