// SPDX-License-Identifier: Apache-2.0
#include "perfopt/stats/run_history.hpp"

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "perfopt/core/error.hpp"
#include "perfopt/core/timestamp.hpp"

using namespace perfopt;
using namespace perfopt::stats;

namespace {

// Deterministic noise of about half a per cent.
double wobble(int i) {
  return 1 + 0.005 * (((i * 7) % 11) / 5.0 - 1);
}

model::HistoryRun run_of_version(const std::string& version, int i, double time, double rate) {
  model::HistoryRun run;
  run.id = std::string(30, 'a') + (i < 10 ? "0" : "") + std::to_string(i);
  run.version = version;
  run.commit = "c0ffee" + std::to_string(i);
  run.branch = "main";
  run.results.push_back({"sort", "ns", false, time * wobble(i), 0, 0, 1, {}});
  run.results.push_back({"rate", "items/s", true, rate * wobble(i + 3), 0, 0, 1, {}});
  return run;
}

RunsToCompare side(const std::string& label, int count, double time, double rate) {
  RunsToCompare side{label, {}};
  for (int i = 0; i < count; ++i) side.runs.push_back(run_of_version(label, i, time, rate));
  return side;
}

model::Result result(const std::string& name, std::vector<double> samples) {
  model::Result one;
  one.name = name;
  one.samples = std::move(samples);
  return one;
}

std::string message_of(auto&& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("results become a run with medians and quartiles; what has none is left out") {
  model::ResultSet set;
  set.started = "2026-10-01T12:00:00+02:00";
  set.tool = "go";
  set.environment.cpu_model = "Xeon";
  set.results = {result("a", {4, 1, 3, 2, 5}), result("summary", {100}), result("failed", {1}), result("none", {}),
                 result("odd", {std::numeric_limits<double>::infinity()})};
  set.results[1].spread = 0.1;
  set.results[2].failure = "crashed";
  const model::HistoryRun run = run_of(set, "now");
  CHECK(run.started == "2026-10-01T10:00:00Z");
  CHECK(run.machine == "Xeon");
  CHECK(run.environment == model::fingerprint_of("Xeon"));
  REQUIRE(run.results.size() == 2);
  CHECK(run.results[0].median == 3);
  CHECK(run.results[0].low == 2);
  CHECK(run.results[0].high == 4);
  CHECK(run.results[0].samples.size() == 5);
  CHECK(run.results[1].low == doctest::Approx(95));
  set.started = "";
  CHECK(run_of(set, "2026-11-21T00:00:00Z").started == "2026-11-21T00:00:00Z");
}

TEST_CASE("what changed in a series is for the worse by its unit, and recent by its place") {
  model::HistorySeries series;
  for (int i = 0; i < 30; ++i) {
    model::HistoryPoint point;
    point.commit = "c" + std::to_string(i);
    point.started = utc_text(86'400 * i);
    point.median = (i < 20 ? 100 : 110) * wobble(i);
    series.points.push_back(point);
  }
  judge_series(series, 10);
  REQUIRE(series.changes.size() == 1);
  CHECK(series.changes[0].first == 20);
  CHECK(series.changes[0].first_commit == "c20");
  CHECK(series.changes[0].last_commit == "c19");
  CHECK(has_recent_slowdown(series));
  REQUIRE(series.trend);
  CHECK(series.trend->points == 10);
  judge_series(series, 9);
  CHECK_FALSE(has_recent_slowdown(series));
  series.higher_is_better = true;
  judge_series(series, 10);
  CHECK_FALSE(series.changes[0].worse);
}

TEST_CASE("runs are found by what they are called, and what is ambiguous is refused") {
  std::vector<model::HistoryRun> runs = side("v1", 12, 100, 5).runs;
  runs[3].baselines = {"release"};
  runs[4].branch = "topic";
  CHECK(runs_called(runs, "v1").size() == 12);
  CHECK(runs_called(runs, "release") == std::vector<std::size_t>{3});
  CHECK(runs_called(runs, "topic") == std::vector<std::size_t>{4});
  CHECK(runs_called(runs, runs[5].id) == std::vector<std::size_t>{5});
  CHECK(runs_called(runs, "c0ffee1") == std::vector<std::size_t>{1});
  CHECK(runs_called(runs, "c0ffee11") == std::vector<std::size_t>{11});
  CHECK(message_of([&] { (void)runs_called(runs, "c0ff"); }).find("several commits") != std::string::npos);
  CHECK(message_of([&] { (void)runs_called(runs, "aaaaaa"); }).find("12 ids") != std::string::npos);
  CHECK(message_of([&] { (void)runs_called(runs, "none"); }).find("no run has 'none'") != std::string::npos);
  CHECK_THROWS_AS((void)runs_called(runs, ""), BadInput);
}

TEST_CASE("versions are compared by the spread between their runs") {
  using model::Change;
  auto verdicts = [](const RunsToCompare& base, const RunsToCompare& changed) {
    std::vector<Change> all;
    for (const auto& one : compare_runs(base, changed, 0.02).benchmarks) all.push_back(one.verdict);
    return all;
  };
  const RunsToCompare base = side("v1", 12, 100, 50);
  CHECK(verdicts(base, base) == std::vector{Change::same, Change::same});
  CHECK(verdicts(base, side("v2", 12, 110, 45)) == std::vector{Change::slower, Change::slower});
  CHECK(verdicts(base, side("v2", 12, 90, 55)) == std::vector{Change::faster, Change::faster});
  CHECK(verdicts(side("v1", 3, 100, 50), side("v2", 12, 200, 50)) ==
        std::vector{Change::inconclusive, Change::inconclusive});
  RunsToCompare fewer = side("v2", 12, 100, 50);
  for (model::HistoryRun& run : fewer.runs) run.results[1].name = "renamed";
  CHECK(verdicts(base, fewer).size() == 3);
  CHECK(verdicts(base, fewer)[1] == Change::missing);
  CHECK(verdicts(base, fewer)[2] == Change::added);

  const auto slower = compare_runs(base, side("v2", 12, 110, 45), 0.02);
  CHECK(slower.benchmarks[0].ratio->estimate == doctest::Approx(1.1));
  CHECK(slower.benchmarks[1].ratio->estimate == doctest::Approx(50.0 / 45));
  CHECK(*slower.benchmarks[0].p_slower < 0.01);
  CHECK(slower.benchmarks[0].sure->low > 1.02);
  CHECK_FALSE(compare_runs(side("v1", 3, 1, 1), base, 0.02).advice.empty());
}
