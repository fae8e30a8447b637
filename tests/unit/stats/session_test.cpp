// SPDX-License-Identifier: Apache-2.0
#include "perfopt/stats/session.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "perfopt/core/error.hpp"

using namespace perfopt;
using doctest::Approx;
using model::Change;
using model::ComparedBenchmark;
using model::Comparison;
using model::Result;
using model::ResultSet;

namespace {

// Ten samples about `typical` whose quartiles are `scatter` apart, without drift.
Result series(const std::string& name, double typical, double scatter = 0.01) {
  Result result;
  result.name = name;
  for (const double place : {-0.9, 0.7, -0.5, 0.3, -0.1, 0.1, -0.3, 0.5, -0.7, 0.9}) {
    result.samples.push_back(typical * (1 + place * scatter));
  }
  return result;
}

ResultSet file(const std::string& origin, std::vector<Result> results) {
  ResultSet set;
  set.tool = "google-benchmark";
  set.origin = origin;
  set.results = std::move(results);
  return set;
}

Comparison compare(ResultSet base, ResultSet changed, const stats::SessionOptions& options = {}) {
  return stats::compare_sessions(base, changed, options);
}

ComparedBenchmark compare_one(const Result& base, const Result& changed, const stats::SessionOptions& options = {}) {
  return compare(file("a", {base}), file("b", {changed}), options).benchmarks.at(0);
}

Result count(const std::string& name, double value) {
  Result result;
  result.name = name;
  result.unit = "bytes";
  result.metric = "allocated_bytes";
  result.samples = {value, value};
  return result;
}

bool has_doubt(const Comparison& comparison, const std::string& subject) {
  return std::ranges::any_of(comparison.doubts, [&](const model::Doubt& doubt) { return doubt.subject == subject; });
}

}  // namespace

TEST_CASE("what two sessions of the same program may differ by is no verdict; +30 % on settled code is one") {
  for (const double shift : {0.90, 0.98, 1.0, 1.02, 1.10}) {
    CAPTURE(shift);
    CHECK(compare_one(series("x", 100), series("x", 100 * shift)).verdict == Change::inconclusive);
  }
  const ComparedBenchmark slower = compare_one(series("x", 100), series("x", 130));
  CHECK(slower.verdict == Change::slower);
  CHECK(slower.ratio->estimate == Approx(1.3));
  CHECK(slower.sure->low > 1);
  CHECK(slower.session_noise == 0.12);
  CHECK(slower.reason == "+30 %, more than the 12.0 % that two sessions may differ by (its samples scatter by 0.90 %)");
  CHECK(compare_one(series("x", 130), series("x", 100)).verdict == Change::faster);
}

TEST_CASE("code that scatters, or of which little is known, needs a larger change") {
  CHECK(compare_one(series("x", 100, 0.04), series("x", 125, 0.04)).verdict == Change::inconclusive);
  CHECK(compare_one(series("x", 100, 0.04), series("x", 140, 0.04)).verdict == Change::slower);
  CHECK(compare_one(series("x", 100, 0.1), series("x", 150, 0.1)).verdict == Change::inconclusive);
  CHECK(compare_one(series("x", 100, 0.1), series("x", 250, 0.1)).verdict == Change::slower);
  Result one = series("x", 100);
  one.samples = {100};
  Result other = one;
  other.samples = {150};
  CHECK(compare_one(one, other).verdict == Change::inconclusive);
  other.samples = {170};
  CHECK(compare_one(one, other).verdict == Change::slower);
}

TEST_CASE("a drift within a file counts as scatter") {
  Result drifting = series("x", 130, 0.001);
  for (std::size_t i = 5; i < 10; ++i) drifting.samples[i] *= 1.3;
  CHECK(compare_one(series("x", 100, 0.001), drifting).verdict == Change::inconclusive);
}

TEST_CASE("the noise that was measured holds instead") {
  stats::SessionOptions options;
  options.noise.compute = 0.005;
  options.noise_is_measured = true;
  CHECK(compare_one(series("x", 100, 0.001), series("x", 104, 0.001), options).verdict == Change::slower);
  const ComparedBenchmark same = compare_one(series("x", 100, 0.001), series("x", 100.1, 0.001), options);
  CHECK(same.verdict == Change::same);
  CHECK(same.reason.find("as measured on this machine") != std::string::npos);
  options.margin_of = [](const std::string& name) { return name == "x" ? 0.001 : 0.5; };
  CHECK(compare_one(series("x", 100, 0.001), series("x", 100.1, 0.001), options).verdict == Change::inconclusive);
}

TEST_CASE("a busy machine, and benchmarks that move against each other, widen what is expected") {
  ResultSet base = file("a", {series("x", 100)});
  ResultSet changed = file("b", {series("x", 150)});
  CHECK(compare(base, changed).benchmarks.at(0).verdict == Change::slower);
  changed.environment.cpus_online = 2;
  changed.environment.load_average = 2.5;
  const Comparison busy = compare(base, changed);
  CHECK(busy.benchmarks.at(0).verdict == Change::inconclusive);
  CHECK(has_doubt(busy, "load"));
  changed.environment.load_average = 9;
  changed.results[0] = series("x", 1000);
  const ComparedBenchmark overloaded = compare(base, changed).benchmarks.at(0);
  CHECK(overloaded.verdict == Change::inconclusive);
  CHECK(overloaded.reason == "the machine was overloaded: load average 9 on 2 CPUs for b");
  CHECK(*overloaded.changed == Approx(1000));

  const auto moved = [](const std::vector<double>& ratios) {
    ResultSet before = file("a", {});
    ResultSet after = file("b", {});
    for (const double ratio : ratios) {
      const std::string name = "x" + std::to_string(before.results.size());
      before.results.push_back(series(name, 100));
      after.results.push_back(series(name, 100 * ratio));
    }
    return compare(before, after).benchmarks.back().verdict;
  };
  CHECK(moved({1, 1.01, 0.99, 1, 1.3}) == Change::slower);
  CHECK(moved({1.3, 1.31, 1.29, 1.3, 1.3}) == Change::slower);
  CHECK(moved({1, 0.8, 1.2, 0.9, 1.3}) == Change::inconclusive);
}

TEST_CASE("another CPU bears no verdict about times, only about counts") {
  ResultSet base = file("a", {series("x", 100), count("x [B/op]", 100)});
  ResultSet changed = file("b", {series("x", 300), count("x [B/op]", 200)});
  base.environment.cpu_model = "one";
  changed.environment.cpu_model = "another";
  changed.environment.host = "h";
  const Comparison comparison = compare(base, changed);
  CHECK(comparison.benchmarks.at(0).verdict == Change::inconclusive);
  CHECK(comparison.benchmarks.at(0).reason == "the CPUs differ: one and another");
  CHECK(comparison.benchmarks.at(1).verdict == Change::slower);
  CHECK(has_doubt(comparison, "CPU"));
  CHECK_FALSE(has_doubt(comparison, "host"));  // the base does not tell its own
}

TEST_CASE("counts, rates and zeros") {
  CHECK(compare_one(count("x", 100), count("x", 100)).verdict == Change::same);
  CHECK(compare_one(count("x", 100), count("x", 104)).verdict == Change::slower);
  CHECK(compare_one(count("x", 0), count("x", 0)).verdict == Change::same);
  CHECK(compare_one(count("x", 0), count("x", 16)).verdict == Change::slower);
  CHECK(compare_one(count("x", 16), count("x", 0)).verdict == Change::faster);
  CHECK(compare_one(series("x", 0), series("x", 100)).verdict == Change::inconclusive);
  Result rate = series("x", 130);
  rate.unit = "ops/s";
  rate.higher_is_better = true;
  Result less = rate;
  for (double& value : less.samples) value /= 1.3;
  const ComparedBenchmark slower = compare_one(rate, less);
  CHECK(slower.verdict == Change::slower);
  CHECK(slower.ratio->estimate == Approx(1.3));
}

TEST_CASE("failures, outputs and units come before any time") {
  Result failed = series("x", 1);
  failed.samples.clear();
  failed.failure = "boom";
  CHECK(compare_one(series("x", 1), failed).verdict == Change::failed);
  CHECK(compare_one(series("x", 1), failed).reason == "it failed on the changed side: boom");
  CHECK(compare_one(failed, series("x", 1)).reason == "it failed on the base's side: boom");
  Result one = series("x", 100);
  Result other = series("x", 100);
  one.checksum = "aa";
  CHECK(compare_one(one, other).verdict != Change::failed);
  other.checksum = "bb";
  CHECK(compare_one(one, other).reason == "the outputs differ: aa and bb");
  CHECK(compare_one(one, other).verdict == Change::failed);
  other.input = "seed 2";
  CHECK(compare_one(one, other).verdict != Change::failed);
  CHECK(compare_one(series("x", 1), count("x", 1)).reason == "not the same quantity: ns and bytes");
}

TEST_CASE("missing and added benchmarks, with a hint at a name that was changed") {
  const Comparison comparison = compare(file("a", {series("both", 1), series("BM_Parse/64", 1), series("gone", 1)}),
                                        file("b", {series("BM_Parser/64", 1), series("both", 1)}));
  REQUIRE(comparison.benchmarks.size() == 4);
  CHECK(comparison.benchmarks.at(1).verdict == Change::missing);
  CHECK(comparison.benchmarks.at(1).reason == "only the base has it; the other has 'BM_Parser/64': renamed?");
  CHECK(comparison.benchmarks.at(2).reason == "only the base has it");
  CHECK(comparison.benchmarks.at(3).verdict == Change::added);
  CHECK(comparison.benchmarks.at(3).name == "BM_Parser/64");
  CHECK_THROWS_WITH_AS((void)compare(file("a.json", {series("x", 1)}), file("b.json", {series("y", 1)})),
                       "a.json and b.json have no benchmark in common; the first ones are 'x' and 'y'", BadInput);
}

TEST_CASE("of two times the one that counts is judged, and the other is shown") {
  const auto times = [](const std::string& origin, double cpu, double wall) {
    Result first = series("BM", cpu);
    first.metric = "cpu_time";
    return file(origin, {first, series("BM [wall]", wall)});
  };
  const Comparison computes = compare(times("a", 100, 101), times("b", 100, 105));
  REQUIRE(computes.benchmarks.size() == 1);
  CHECK(computes.benchmarks.at(0).metric == "cpu_time");
  CHECK(computes.benchmarks.at(0).metrics.at(0).metric == "wall_time");
  CHECK(*computes.benchmarks.at(0).metrics.at(0).changed == Approx(105));
  const Comparison waits = compare(times("a", 100, 101), times("b", 100, 300));
  CHECK(waits.benchmarks.at(0).name == "BM");
  CHECK(waits.benchmarks.at(0).metric == "wall_time");
  CHECK(waits.benchmarks.at(0).verdict == Change::slower);
}

TEST_CASE("a speed-up that fell is found within the noise of two sessions, unless the baseline became faster") {
  const auto suite = [](const std::string& origin, double naive, double fast) {
    Result variant = series("c/p/fast/1", fast, 0.03);
    variant.baseline = "c/p/naive/1";
    return file(origin, {series("c/p/naive/1", naive, 0.03), variant});
  };
  const Comparison fell = compare(suite("a", 1000, 100), suite("b", 1000, 126));
  CHECK(fell.benchmarks.at(0).verdict == Change::inconclusive);
  CHECK(fell.benchmarks.at(1).verdict == Change::slower);
  CHECK(fell.benchmarks.at(1).reason ==
        "its speed-up over c/p/naive/1 changed from 10.0x to 7.94x, paired within each session");
  const ComparedBenchmark& row = fell.benchmarks.at(1);
  CHECK(row.metric == "time_against_baseline");
  CHECK(*row.base == Approx(0.1));
  CHECK(*row.changed == Approx(0.126));
  CHECK(row.ratio->estimate == Approx(*row.changed / *row.base));
  CHECK(row.metrics.at(0).metric == "wall_time");
  CHECK(*row.metrics.at(0).changed == Approx(126));
  const Comparison baseline = compare(suite("a", 1000, 100), suite("b", 790, 100));
  CHECK(baseline.benchmarks.at(1).verdict == Change::inconclusive);
  CHECK_FALSE(baseline.benchmarks.at(1).metrics.at(0).verdict);
  CHECK(compare(suite("a", 1000, 100), suite("b", 1260, 126)).benchmarks.at(1).verdict == Change::inconclusive);
}

TEST_CASE("no verdict stands beside an interval that contains no change, whatever decided") {
  const auto suite = [](const std::string& origin, double fast, double scatter) {
    Result variant = series("c/p/fast/1", fast, scatter);
    variant.baseline = "c/p/naive/1";
    return file(origin, {series("c/p/naive/1", 1000, scatter), variant});
  };
  unsigned decided = 0;
  for (const double scatter : {0.03, 0.3, 0.6}) {
    for (const double changed : {40.0, 70.0, 100.0, 150.0, 244.0}) {
      CAPTURE(scatter);
      CAPTURE(changed);
      const ComparedBenchmark row = compare(suite("a", 100, scatter), suite("b", changed, scatter)).benchmarks.at(1);
      if (row.verdict != Change::slower && row.verdict != Change::faster) continue;
      ++decided;
      CHECK((row.verdict == Change::slower) == (row.ratio->low > 1));
      CHECK((row.verdict == Change::faster) == (row.ratio->high < 1));
      CHECK((row.verdict == Change::slower) == (row.sure->low > 1));
    }
  }
  CHECK(decided > 8);
  ResultSet busy = suite("b", 244, 0.6);
  CHECK(compare(suite("a", 100, 0.6), busy).benchmarks.at(1).verdict == Change::slower);
  busy.environment.cpus_online = 2;
  busy.environment.load_average = 2.5;
  CHECK(compare(suite("a", 100, 0.6), busy).benchmarks.at(1).verdict == Change::inconclusive);
}

TEST_CASE("the advice is a command that would decide") {
  const Comparison doubt = compare(file("a", {series("BM_a(1)", 100)}), file("b", {series("BM_a(1)", 101)}));
  CHECK(doubt.advice == "perfbench compare --run BASE-PROGRAM NEW-PROGRAM --filter '^(BM_a\\(1\\))$'");
  CHECK(compare(file("a", {series("x", 100)}), file("b", {series("x", 200)})).advice.empty());
  ResultSet commands = file("a", {series("ls", 100)});
  commands.tool = "hyperfine";
  CHECK(compare(commands, commands).advice == "perfbench command BASE-COMMAND NEW-COMMAND");
}

TEST_CASE("the noise that was measured on this machine is used, but never believed to be next to nothing") {
  model::NoiseProfile profile;
  for (const char* name : {"compute", "memory", "file"}) {
    model::KernelNoise kernel;
    kernel.name = name;
    profile.kernels.push_back(kernel);
  }
  profile.kernels[0].sessions_tell = 0.004;
  profile.kernels[1].sessions_tell = 0.31;
  const stats::SessionNoise noise = stats::session_noise(profile);
  CHECK(noise.compute == stats::kLeastNoise);
  CHECK(noise.memory == Approx(0.31));
  CHECK(noise.allocation == stats::SessionNoise{}.allocation);
}
