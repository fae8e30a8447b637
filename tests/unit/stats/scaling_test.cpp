// SPDX-License-Identifier: Apache-2.0
#include "perfopt/stats/scaling.hpp"

#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace perfopt;
using namespace perfopt::stats;

namespace {

double amdahl(double share, double workers) {
  return 1 / (share + (1 - share) / workers);
}

double universal(double sigma, double kappa, double workers) {
  return workers / (1 + sigma * (workers - 1) + kappa * workers * (workers - 1));
}

// Rounds around `wall_ns`, in an order that leaves their median there.
model::Variant variant(unsigned workers, double wall_ns, double noise) {
  model::Variant result;
  result.name = "ranks_" + std::to_string(workers);
  result.workers = workers;
  for (int i = 0; i < 21; ++i) result.rounds.wall_ns.push_back(wall_ns * (1 + noise * ((i * 8) % 21 - 10) / 10.0));
  return result;
}

model::Case case_of(std::uint64_t size, const std::vector<model::Variant>& variants) {
  model::Case one;
  one.category = "distributed";
  one.problem = "scaling";
  one.unit = "items";
  one.size = size;
  one.variants = variants;
  return one;
}

}  // namespace

TEST_CASE("the laws are found again from their own points") {
  std::vector<SpeedupAt> points;
  for (const double p : {2.0, 4.0, 8.0, 16.0}) points.push_back({p, amdahl(0.07, p)});
  CHECK(*amdahl_share(points) == doctest::Approx(0.07));
  points.clear();
  for (const double p : {2.0, 4.0, 8.0, 16.0}) points.push_back({p, universal(0.03, 0.002, p)});
  const auto law = scalability_law(points);
  REQUIRE(law);
  CHECK(law->contention == doctest::Approx(0.03));
  CHECK(law->coherency == doctest::Approx(0.002));
  points.clear();
  for (const double p : {2.0, 4.0}) points.push_back({p, p - 0.1 * (p - 1)});
  CHECK(*gustafson_share(points) == doctest::Approx(0.1));
}

TEST_CASE("too few points bear no law") {
  const std::vector<SpeedupAt> alone{{1, 1}};
  CHECK_FALSE(amdahl_share(alone));
  CHECK_FALSE(gustafson_share(alone));
  const std::vector<SpeedupAt> two{{1, 1}, {2, 1.9}, {4, 3.4}};
  CHECK_FALSE(scalability_law(two));
}

TEST_CASE("strong scaling of a case: efficiency, serial share and its interval") {
  model::Suite suite;
  suite.cases.push_back(case_of(1000, {variant(1, 1e6, 0.02), variant(2, 1e6 / amdahl(0.1, 2), 0.03)}));
  const auto scalings = scalings_of(suite);
  REQUIRE(scalings.size() == 1);
  const model::Scaling& strong = scalings[0];
  CHECK(strong.kind == model::ScalingKind::strong);
  REQUIRE(strong.points.size() == 1);
  CHECK(strong.points[0].workers == 2);
  CHECK(strong.points[0].efficiency.estimate == doctest::Approx(amdahl(0.1, 2) / 2).epsilon(0.01));
  REQUIRE(strong.serial_share);
  CHECK(strong.serial_share->low <= 0.1);
  CHECK(strong.serial_share->high >= 0.1);
  CHECK(strong.serial_share->high - strong.serial_share->low > 0.001);
  CHECK_FALSE(strong.contention);
  CHECK(strong.sentence.find("2 ranks 1.82x (efficiency 90.9 %)") == 0);
  CHECK(strong.sentence.find("three counts of ranks above one are needed") != std::string::npos);
}

TEST_CASE("a peak is told only within what was measured") {
  const auto suite_of = [](double kappa) {
    std::vector<model::Variant> variants{variant(1, 1e6, 0.01)};
    for (const unsigned p : {2U, 4U, 8U, 16U}) variants.push_back(variant(p, 1e6 / universal(0.02, kappa, p), 0.01));
    model::Suite suite;
    suite.cases.push_back(case_of(1000, variants));
    return suite;
  };
  const auto inside = scalings_of(suite_of(0.01));
  REQUIRE(inside.at(0).contention);
  REQUIRE(inside.at(0).peak_workers);
  CHECK(*inside.at(0).peak_workers == doctest::Approx(std::sqrt(0.98 / 0.01)).epsilon(0.05));
  const auto outside = scalings_of(suite_of(0.0005));
  CHECK_FALSE(outside.at(0).peak_workers);
}

TEST_CASE("weak scaling compares sizes in proportion to ranks") {
  model::Suite suite;
  suite.cases.push_back(case_of(1000, {variant(1, 1e6, 0.01), variant(2, 0.52e6, 0.01)}));
  suite.cases.push_back(case_of(2000, {variant(1, 2e6, 0.01), variant(2, 1.25e6, 0.01)}));
  const auto scalings = scalings_of(suite);
  REQUIRE(scalings.size() == 3);
  const model::Scaling& weak = scalings[2];
  CHECK(weak.kind == model::ScalingKind::weak);
  CHECK(weak.size == 1000);
  REQUIRE(weak.points.size() == 1);
  CHECK(weak.points[0].efficiency.estimate == doctest::Approx(0.8));
  CHECK(weak.serial_share->estimate == doctest::Approx(0.4));
}

TEST_CASE("what was not measured gives no point") {
  model::Suite suite;
  model::Variant skipped = variant(4, 1e6, 0.01);
  skipped.status = model::Status::skipped;
  suite.cases.push_back(case_of(1000, {variant(1, 1e6, 0.01), skipped}));
  CHECK(scalings_of(suite).empty());
}
