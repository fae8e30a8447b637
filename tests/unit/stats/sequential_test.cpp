// SPDX-License-Identifier: Apache-2.0
#include "perfopt/stats/sequential.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include "perfopt/core/random.hpp"
#include "perfopt/stats/signed_rank.hpp"

using namespace perfopt;
using model::Change;
using stats::Evidence;

namespace {

constexpr double kRate = 0.01;

// Sums of 4 uniforms: nearly normal, of deviation 1.
double noise(Random& random) {
  return (random.unit() + random.unit() + random.unit() + random.unit() - 2) * std::sqrt(3.0);
}

// What the family loop does with one benchmark: looks until the verdict is sure, at most `most` pairs.
struct Run {
  Change verdict;
  Evidence evidence;
};

template <class Draw>
Run race(Draw&& draw, double margin, std::size_t most) {
  std::vector<double> logs;
  for (;;) {
    const std::size_t until = stats::next_look(logs.size() + 1).pairs;
    while (logs.size() < until) logs.push_back(draw());
    const auto evidence = stats::weigh(logs, kRate);
    const Change verdict = stats::decide(*evidence, evidence->p_slower, evidence->p_faster, margin, kRate);
    if (verdict != Change::inconclusive || logs.size() >= most) return {verdict, *evidence};
  }
}

}  // namespace

TEST_CASE("the signed-rank distribution has its known values") {
  // Hollander, Wolfe, Chicken, table A.4: P(W+ >= 50 | n = 10) = 0.0098, P(W+ >= 17 | n = 6) = 0.109.
  CHECK(stats::upper_tail(10, 50) == doctest::Approx(0.0098).epsilon(0.01));
  CHECK(stats::upper_tail(6, 17) == doctest::Approx(0.109).epsilon(0.01));
  CHECK(stats::upper_tail(10, 55) == doctest::Approx(1.0 / 1024));
  CHECK(stats::upper_tail(5, 16) == 0);
  CHECK(stats::upper_tail(5, 0) == doctest::Approx(1));
  CHECK(stats::bound_rank(6, 0.025) == 1);
  CHECK(stats::bound_rank(5, 0.025) == 0);
  CHECK(stats::bound_rank(10, 0.025) == 9);
  // Exact and normal meet, and the normal tail is the heavier one far out.
  CHECK(stats::upper_tail(61, 61 * 62 / 4.0) == doctest::Approx(stats::upper_tail(60, 60 * 61 / 4.0)).epsilon(0.02));
  CHECK(stats::normal_upper_quantile(0.025) == doctest::Approx(1.959964));
  CHECK(stats::normal_upper_quantile(0.5) == doctest::Approx(0).epsilon(1e-9));
}

TEST_CASE("looks grow, and their shares never spend more than the error rate") {
  double spent = 0;
  for (std::size_t i = 0; i < 60; ++i) {
    spent += stats::look(i).share;
    CHECK(stats::look(i + 1).pairs > stats::look(i).pairs);
  }
  CHECK(spent <= 1.0);
  CHECK(spent > 0.99);
  CHECK(stats::next_look(0).pairs == stats::look(0).pairs);
  CHECK(stats::next_look(stats::look(3).pairs).pairs == stats::look(3).pairs);
  CHECK(stats::next_look(stats::look(3).pairs + 1).pairs == stats::look(4).pairs);
}

TEST_CASE("ten pairs that agree are the fewest that tell a difference") {
  std::vector<double> logs;
  for (int i = 1; i <= 10; ++i) logs.push_back(0.05 + 0.001 * i);
  CHECK_FALSE(stats::weigh(std::span(logs).first(9), kRate));
  const auto evidence = stats::weigh(logs, kRate);
  REQUIRE(evidence);
  CHECK(evidence->p_slower == doctest::Approx(1.0 / 1024 / 0.2));
  CHECK(evidence->p_faster == 1);
  CHECK(evidence->ratio.estimate == doctest::Approx(std::exp(0.0555)));
  CHECK(evidence->sure.low == doctest::Approx(std::exp(0.051)));
  CHECK(stats::decide(*evidence, evidence->p_slower, evidence->p_faster, 0.02, kRate) == Change::slower);
  CHECK(stats::decide(*evidence, evidence->p_slower, evidence->p_faster, 0.10, kRate) == Change::same);
  for (double& log : logs) log = -log;
  const auto opposite = stats::weigh(logs, kRate);
  CHECK(stats::decide(*opposite, opposite->p_slower, opposite->p_faster, 0.02, kRate) == Change::faster);
}

TEST_CASE("pairs that are all equal are the same, and never slower") {
  const std::vector<double> logs(40, 0.0);
  const auto evidence = stats::weigh(logs, kRate);
  CHECK(evidence->p_slower > 0.5);
  CHECK(evidence->ratio.low == 1);
  CHECK(stats::decide(*evidence, evidence->p_slower, evidence->p_faster, 0.02, kRate) == Change::same);
}

// The rate must hold although the evidence is weighed again and again, and although neighbours are alike.
TEST_CASE("equal sides are told apart no more often than stated, with autocorrelated noise under any stop") {
  Random random(11);
  const int trials = 4000;
  int slower = 0;
  int faster = 0;
  for (int trial = 0; trial < trials; ++trial) {
    double common = 0;
    const auto draw = [&] {
      common = 0.9 * common + 0.44 * noise(random);
      return 0.02 * common * (random() % 2 == 0 ? 1 : -1);  // the order of the sides is drawn for each pair
    };
    const Change verdict = race(draw, 0.0001, 120).verdict;
    slower += verdict == Change::slower ? 1 : 0;
    faster += verdict == Change::faster ? 1 : 0;
  }
  CHECK(slower <= trials * 0.0075);
  CHECK(faster <= trials * 0.0075);
  CHECK(slower + faster > 0);
}

TEST_CASE("a change beyond the margin is never taken for the same more often than stated") {
  Random random(12);
  const int trials = 1000;
  int same = 0;
  for (int trial = 0; trial < trials; ++trial) {
    same += race([&] { return std::log(1.02) + 0.01 * noise(random); }, 0.02, 400).verdict == Change::same ? 1 : 0;
  }
  CHECK(same <= 8);
}

TEST_CASE("small noise tells 1 percent apart in few pairs, and the plain interval covers at its rate") {
  Random random(13);
  const int trials = 1500;
  int found = 0;
  int covered = 0;
  int covered_surely = 0;
  std::size_t pairs = 0;
  for (int trial = 0; trial < trials; ++trial) {
    const Run run = race([&] { return std::log(1.01) + 0.004 * noise(random); }, 0.005, 120);
    found += run.verdict == Change::slower ? 1 : 0;
    covered += run.evidence.ratio.low <= 1.01 && 1.01 <= run.evidence.ratio.high ? 1 : 0;
    covered_surely += run.evidence.sure.low <= 1.01 && 1.01 <= run.evidence.sure.high ? 1 : 0;
    pairs += run.evidence.pairs;
  }
  CHECK(found >= trials * 0.99);
  CHECK(pairs / trials < 16);
  CHECK(covered > trials * 0.93);
  CHECK(covered_surely >= trials * 0.99);
}

TEST_CASE("many pairs are weighed in blocks") {
  Random random(14);
  std::vector<double> logs(5000);
  for (double& log : logs) log = std::log(1.001) + 0.02 * noise(random);
  const auto evidence = stats::weigh(logs, kRate);
  CHECK(evidence->pairs > 4000);
  CHECK(evidence->ratio.estimate == doctest::Approx(1.001).epsilon(0.001));
  CHECK(evidence->ratio.high - evidence->ratio.low < 0.0015);
}

TEST_CASE("Holm and Benjamini-Hochberg adjust as published") {
  const std::vector<double> p{0.01, 0.04, 0.03, 0.005, std::numeric_limits<double>::quiet_NaN()};
  const std::vector<double> by_holm = stats::holm(p);
  CHECK(by_holm[3] == doctest::Approx(0.025));
  CHECK(by_holm[0] == doctest::Approx(0.04));
  CHECK(by_holm[2] == doctest::Approx(0.09));
  CHECK(by_holm[1] == doctest::Approx(0.09));
  CHECK(by_holm[4] == 1);
  const std::vector<double> by_rate = stats::benjamini_hochberg(p);
  CHECK(by_rate[3] == doctest::Approx(0.025));
  CHECK(by_rate[0] == doctest::Approx(0.025));
  CHECK(by_rate[2] == doctest::Approx(0.05));
  CHECK(by_rate[1] == doctest::Approx(0.05));
  CHECK(stats::holm({}).empty());
}

TEST_CASE("what could have been found shrinks with pairs and grows with noise") {
  CHECK(stats::detectable_change(0.01, 100, kRate) < stats::detectable_change(0.01, 20, kRate));
  CHECK(stats::detectable_change(0.02, 20, kRate) > stats::detectable_change(0.01, 20, kRate));
  CHECK(stats::detectable_change(0, 20, kRate) == 0);
  CHECK(std::isinf(stats::detectable_change(0.01, 0, kRate)));
}
