// SPDX-License-Identifier: Apache-2.0
#include "perfopt/stats/noise.hpp"

#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "perfopt/core/random.hpp"

using namespace perfopt;
using namespace perfopt::stats;

namespace {

double normal(Random& random) {
  double sum = 0;
  for (int i = 0; i < 12; ++i) sum += random.unit();
  return sum - 6;
}

// x[i] = phi * x[i - 1] + noise, around 100.
std::vector<double> autoregressive(double phi, std::size_t count) {
  Random random(7);
  std::vector<double> values;
  double state = 0;
  for (std::size_t i = 0; i < count; ++i) {
    state = phi * state + normal(random);
    values.push_back(100 + state);
  }
  return values;
}

}  // namespace

TEST_CASE("robust deviation is that of a normal sample, and blind to outliers") {
  std::vector<double> values = autoregressive(0, 20'000);
  CHECK(robust_deviation(values) == doctest::Approx(1).epsilon(0.03));
  CHECK(robust_variation(values) == doctest::Approx(0.01).epsilon(0.03));
  for (std::size_t i = 0; i < 1000; ++i) values[i * 20] = 1e6;
  CHECK(robust_deviation(values) < 1.2);
  CHECK(robust_deviation({}) == 0);
  CHECK(robust_variation(std::vector<double>{0, 0, 0}) == 0);
}

TEST_CASE("autocorrelation and its time of a first-order process are phi and (1 + phi) / (1 - phi)") {
  const std::vector<double> values = autoregressive(0.8, 20'000);
  CHECK(autocorrelation(values, 1) == doctest::Approx(0.8).epsilon(0.03));
  CHECK(autocorrelation(values, 3) == doctest::Approx(0.512).epsilon(0.08));
  CHECK(autocorrelation_time(values) == doctest::Approx(9).epsilon(0.15));
  CHECK(autocorrelation_time(autoregressive(0, 20'000)) == doctest::Approx(1).epsilon(0.05));
  CHECK(autocorrelation_time(autoregressive(-0.5, 20'000)) == 1);
  CHECK(autocorrelation(std::vector<double>{5, 5, 5, 5}, 1) == 0);
  CHECK(autocorrelation(std::vector<double>{1}, 1) == 0);
}

TEST_CASE("two sessions tell what their spread allows, with Student's quantile") {
  const std::vector<double> sessions = {100, 101, 99, 100, 102, 98, 100, 100};
  const double spread = *session_spread(sessions);
  CHECK(spread == doctest::Approx(0.01195).epsilon(0.01));
  CHECK(*session_change(sessions) == doctest::Approx(std::expm1(3.499 * std::sqrt(2.0) * spread)).epsilon(0.01));
  CHECK_FALSE(session_change(std::vector<double>{1, 2}));
  CHECK_FALSE(session_spread(std::vector<double>{1, 2, 0}));
  CHECK(*session_change(std::vector<double>{5, 5, 5}) == 0);
}
