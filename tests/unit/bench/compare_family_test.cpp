// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <cmath>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "perfopt/bench/compare/duel.hpp"
#include "perfopt/core/error.hpp"

using namespace perfopt;
using namespace perfopt::bench;
using model::Change;

namespace {

// Pairs from a formula: nothing here depends on how fast this machine is.
class Planned final : public Duel {
 public:
  Planned(std::string name, double ratio, double noise, std::uint64_t seed)
      : name_(std::move(name)), ratio_(ratio), noise_(noise), random_(seed) {}
  [[nodiscard]] const std::string& name() const override { return name_; }
  void prepare() override {
    if (fails_to_start) throw IntegrityError("the outputs differ: base '1', changed '2'");
  }
  [[nodiscard]] MeasuredPair pair(Random& order) override {
    if (++pairs_ == crash_at) throw Error(ExitCode::bad_request, "the changed was killed by signal 11");
    if (pause_s > 0) std::this_thread::sleep_for(std::chrono::duration<double>(pause_s));
    MeasuredPair pair;
    pair.base_first = (order() & 1U) == 0;
    pair.base = {1000 / cpu_share, 1000};
    const double log = std::log(ratio_) + noise_ * (random_.unit() + random_.unit() - 1);
    pair.changed = {1000 * std::exp(log) / cpu_share, 1000 * std::exp(log)};
    return pair;
  }
  [[nodiscard]] std::vector<model::MetricChange> metrics() const override { return {}; }

  bool fails_to_start = false;
  int crash_at = 0;
  double cpu_share = 1;
  double pause_s = 0;

 private:
  std::string name_;
  double ratio_, noise_;
  Random random_;
  int pairs_ = 0;
};

struct Family {
  std::vector<std::unique_ptr<Duel>> duels;
  Planned& add(const std::string& name, double ratio, double noise, std::uint64_t seed = 5) {
    auto duel = std::make_unique<Planned>(name, ratio, noise, seed);
    Planned& added = *duel;
    duels.push_back(std::move(duel));
    return added;
  }
  std::map<std::string, model::ComparedBenchmark> run(double max_time_s = 20, bool false_discovery = false) {
    FamilyOptions options;
    options.margin_of = [](const std::string& name) { return name == "lenient" ? 0.10 : 0.02; };
    options.max_time_s = max_time_s;
    options.seed = 9;
    options.false_discovery = false_discovery;
    FamilyObserver observer;
    Cancellation cancellation;
    std::map<std::string, model::ComparedBenchmark> results;
    for (auto& result : run_family(duels, options, observer, cancellation)) results[result.name] = result;
    return results;
  }
};

}  // namespace

TEST_CASE("each of a family gets its verdict, its figures and its reason") {
  Family family;
  family.add("slower", 1.05, 0.01);
  family.add("faster", 0.95, 0.01);
  family.add("same", 1.001, 0.004);
  family.add("lenient", 1.05, 0.01);
  const auto results = family.run();
  CHECK(results.at("slower").verdict == Change::slower);
  CHECK(results.at("faster").verdict == Change::faster);
  CHECK(results.at("same").verdict == Change::same);
  CHECK(results.at("lenient").verdict == Change::same);
  const model::ComparedBenchmark& slower = results.at("slower");
  CHECK(slower.metric == "cpu_time");
  CHECK(*slower.base == doctest::Approx(1000));
  CHECK(slower.ratio->estimate == doctest::Approx(1.05).epsilon(0.01));
  CHECK(slower.ratio->low > 1);
  CHECK(*slower.p_slower < 0.005);
  CHECK(*slower.detectable < 0.05);
  CHECK(slower.pairs.log_ratio.size() == slower.pairs.base_first.size());
  CHECK(slower.reason.find("a false alarm has a chance below 1.0 %") != std::string::npos);
  CHECK(results.at("same").reason.find("within 2.0 %: ") == 0);
}

TEST_CASE("a body that waits is judged by wall time, and says so") {
  Family family;
  family.add("waits", 1.05, 0.01).cpu_share = 0.2;
  const auto result = family.run().at("waits");
  CHECK(result.metric == "wall_time");
  CHECK(result.metric_reason.find("only 20 %") != std::string::npos);
  CHECK(*result.base == doctest::Approx(5000));
}

TEST_CASE("one that fails does not stop the others") {
  Family family;
  family.add("differs", 1, 0.01).fails_to_start = true;
  family.add("crashes", 1, 0.2).crash_at = 15;
  family.add("good", 1.1, 0.01);
  const auto results = family.run();
  CHECK(results.at("differs").verdict == Change::failed);
  CHECK(results.at("differs").reason == "the outputs differ: base '1', changed '2'");
  CHECK(results.at("crashes").verdict == Change::failed);
  CHECK(results.at("crashes").reason.find("signal 11") != std::string::npos);
  CHECK(results.at("good").verdict == Change::slower);
}

TEST_CASE("when the time is over, what is not sure is inconclusive and says what could have been seen") {
  Family family;
  family.add("noisy", 1.0, 0.5).pause_s = 0.001;
  family.add("slow", 1.0, 0.5).pause_s = 0.2;
  const auto results = family.run(0.3);
  CHECK(results.at("noisy").verdict == Change::inconclusive);
  CHECK(results.at("noisy").reason.find("would have been found") != std::string::npos);
  CHECK(results.at("slow").verdict == Change::inconclusive);
  CHECK(results.at("slow").reason.find("too few") != std::string::npos);
}

TEST_CASE("a cancelled family keeps what it has") {
  Family family;
  family.add("first", 1.2, 0.01);
  FamilyOptions options;
  FamilyObserver observer;
  Cancellation cancellation;
  cancellation.request();
  const auto results = run_family(family.duels, options, observer, cancellation);
  REQUIRE(results.size() == 1);
  CHECK(results[0].verdict == Change::inconclusive);
  CHECK(results[0].reason == "not measured: the time was over");
}

// Two hundred equal benchmarks: one at a time, each would have its chance of a false alarm.
TEST_CASE("the false alarms of a large family stay at the stated rate") {
  int families_with_alarm = 0;
  const int families = 30;
  for (int trial = 0; trial < families; ++trial) {
    Family family;
    for (std::uint64_t i = 0; i < 200; ++i) {
      family.add("b" + std::to_string(i), 1.0, 0.02, static_cast<std::uint64_t>(trial) * 1000 + i);
    }
    int alarms = 0;
    for (const auto& [name, result] : family.run()) {
      alarms += result.verdict == Change::slower || result.verdict == Change::faster ? 1 : 0;
    }
    families_with_alarm += alarms > 0 ? 1 : 0;
  }
  CHECK(families_with_alarm <= 2);
}

TEST_CASE("seeds differ from run to run") {
  CHECK(random_seed() != random_seed());
}
