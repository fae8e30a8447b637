// SPDX-License-Identifier: Apache-2.0
#include "perfopt/stats/paired.hpp"

#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "perfopt/core/random.hpp"

using namespace perfopt;
using stats::paired_ratio;

TEST_CASE("quantiles interpolate between order statistics") {
  const std::vector<double> values{4, 1, 3, 2};
  CHECK(stats::median(values) == doctest::Approx(2.5));
  CHECK(stats::quantile(values, 0) == 1);
  CHECK(stats::quantile(values, 1) == 4);
  CHECK(stats::quantile(values, 0.25) == doctest::Approx(1.75));
  CHECK(std::isnan(stats::median({})));
}

TEST_CASE("six pairs bear an interval from the smallest to the largest ratio, five none") {
  const std::vector<double> top{2, 2.2, 1.9, 2.1, 2.05, 1.95};
  const std::vector<double> one(6, 1.0);
  const auto ratio = paired_ratio(top, one);
  REQUIRE(ratio);
  CHECK(ratio->low == doctest::Approx(1.9));
  CHECK(ratio->high == doctest::Approx(2.2));
  CHECK(ratio->estimate == doctest::Approx(2.025).epsilon(0.01));
  CHECK_FALSE(paired_ratio(std::span(top).first(5), std::span(one).first(5)));
}

TEST_CASE("a ratio of unusable numbers is empty") {
  const std::vector<double> good(8, 1.0);
  std::vector<double> bad = good;
  CHECK_FALSE(paired_ratio(good, std::span(good).first(7)));
  bad[3] = 0;
  CHECK_FALSE(paired_ratio(good, bad));
  bad[3] = std::nan("");
  CHECK_FALSE(paired_ratio(bad, good));
}

// A drift common to both sides must cancel, and the interval must hold the truth about 95 times of 100.
TEST_CASE("the interval covers the true ratio at its stated rate") {
  Random random(7);
  const int trials = 4000;
  for (const std::size_t n : {std::size_t{8}, std::size_t{20}, std::size_t{80}}) {
    int covered = 0;
    for (int trial = 0; trial < trials; ++trial) {
      std::vector<double> top(n);
      std::vector<double> bottom(n);
      for (std::size_t i = 0; i < n; ++i) {
        const double drift = 1 + 0.5 * std::sin(static_cast<double>(i));
        const double noise = (random.unit() + random.unit() - random.unit() - random.unit()) * 0.1;
        bottom[i] = drift;
        top[i] = 1.5 * drift * std::exp(noise);
      }
      const auto ratio = paired_ratio(top, bottom);
      REQUIRE(ratio);
      covered += ratio->low <= 1.5 && 1.5 <= ratio->high ? 1 : 0;
    }
    CAPTURE(n);
    CHECK(covered > trials * 0.94);
    CHECK(covered < trials * 0.975);
  }
}
