// SPDX-License-Identifier: Apache-2.0
#include "perfopt/stats/judge.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace perfopt;
using model::Tendency;
using model::Verdict;

namespace {

// Ten rounds around `wall` whose noise is the same for equal `wall`s but not for different ones.
model::Variant variant(const std::string& name, double wall) {
  model::Variant result;
  result.name = name;
  for (int i = 0; i < 10; ++i) {
    result.rounds.wall_ns.push_back(wall * (1 + 0.001 * ((i * 7 + static_cast<int>(wall)) % 10)));
    result.rounds.cpu_ns.push_back(wall);
  }
  result.items_per_run = 100;
  return result;
}

model::Case sized(std::uint64_t size, double naive, double better) {
  model::Case one;
  one.category = "cpu";
  one.problem = "sum";
  one.unit = "elements";
  one.size = size;
  one.variants = {variant("naive", naive), variant("better", better)};
  return one;
}

model::Suite suite_of(std::vector<model::Case> cases) {
  model::Suite suite;
  suite.cases = std::move(cases);
  stats::judge(suite);
  return suite;
}

}  // namespace

TEST_CASE("a variant wins, loses or is undecided by its interval") {
  const model::Suite suite = suite_of({sized(10, 100, 50)});
  const model::Variant& better = suite.cases[0].variants[1];
  CHECK(better.summary.verdict == Verdict::wins);
  CHECK(better.summary.speedup->estimate == doctest::Approx(2).epsilon(0.02));
  CHECK(better.summary.items_per_second == doctest::Approx(2e9).epsilon(0.02));
  CHECK(suite.cases[0].variants[0].summary.verdict == Verdict::baseline);
  CHECK_FALSE(suite.cases[0].variants[0].summary.speedup);
  CHECK(suite.cases[0].best.variant == "better");
  CHECK(suite.findings.at(0).variants.at(0).tendency == Tendency::always_wins);
}

TEST_CASE("a crossover is interpolated on log axes between the sizes around it") {
  // ratios 1/4 and 4 at 100 and 10,000: the line meets 1 at 1,000.
  const model::Suite suite = suite_of({sized(10000, 400, 100), sized(100, 100, 400)});
  const model::VariantFinding& finding = suite.findings.at(0).variants.at(0);
  REQUIRE(finding.crossover);
  CHECK(finding.crossover->size == doctest::Approx(1000).epsilon(0.02));
  CHECK(finding.crossover->low == 100);
  CHECK(finding.crossover->high == 10000);
  CHECK(finding.tendency == Tendency::wins_from);
  CHECK(finding.sentence == "naive wins below about 1,000 elements (measured between 100 and 10,000)");
  CHECK(suite.findings.at(0).sentence.starts_with("naive at 100; better at 10,000 (4.0"));
}

TEST_CASE("a speed-up that changes its mind twice has no crossover") {
  const model::Suite suite = suite_of({sized(1, 100, 50), sized(10, 50, 100), sized(100, 100, 50)});
  CHECK(suite.findings.at(0).variants.at(0).tendency == Tendency::mixed);
  CHECK_FALSE(suite.findings.at(0).variants.at(0).crossover);
}

TEST_CASE("sizes in a row with the same verdict are told as a range") {
  const model::Suite suite = suite_of(
      {sized(1, 100, 50), sized(10, 50, 100), sized(100, 800, 100), sized(1000, 400, 100), sized(10000, 1600, 100)});
  const std::string& sentence = suite.findings.at(0).variants.at(0).sentence;
  CHECK(sentence.starts_with("wins 2.0"));
  CHECK(sentence.find("x at 1, 4.0") != std::string::npos);
  CHECK(sentence.find("x at 100 to 10,000; loses 0.5") != std::string::npos);
}

TEST_CASE("what is weaker in meaning is never the best") {
  model::Case one = sized(10, 100, 10);
  one.variants[1].weaker = "a crash may lose records";
  const model::Suite suite = suite_of({one});
  CHECK(suite.cases[0].best.variant == "naive");
}

TEST_CASE("a failed variant has no figures, no speed-up and cannot be the best") {
  model::Case one = sized(10, 100, 10);
  one.variants[1].status = model::Status::failed;
  const model::Suite suite = suite_of({one});
  CHECK(suite.cases[0].best.variant == "naive");
  CHECK(suite.cases[0].variants[1].summary.verdict == Verdict::none);
  CHECK_FALSE(suite.cases[0].variants[1].summary.speedup);
  CHECK(suite.findings.at(0).variants.at(0).tendency == Tendency::not_measured);
}

TEST_CASE("variants within five percent are tied") {
  model::Case one = sized(10, 100, 50);
  one.variants.push_back(variant("near", 51));
  const model::Suite suite = suite_of({one});
  CHECK(suite.cases[0].best.variant == "better");
  CHECK(suite.cases[0].best.tied == std::vector<std::string>{"near"});
}

TEST_CASE("a faster variant that cannot be told from the baseline is tied with it, not the best") {
  model::Case one = sized(10, 100, 99);
  for (const std::size_t i : {0U, 2U, 4U, 6U}) one.variants[1].rounds.wall_ns[i] = 130;
  const model::Suite suite = suite_of({one});
  const model::Variant& better = suite.cases[0].variants[1];
  CHECK(better.summary.verdict == Verdict::undecided);
  CHECK(better.summary.wall_ns < suite.cases[0].variants[0].summary.wall_ns);
  CHECK(suite.cases[0].best.variant == "naive");
  CHECK(suite.cases[0].best.tied == std::vector<std::string>{"better"});
}

TEST_CASE("too few rounds for an interval leave the fastest as the best") {
  model::Case one = sized(10, 100, 50);
  for (model::Variant& variant : one.variants) variant.rounds.wall_ns.resize(3);
  const model::Suite suite = suite_of({one});
  CHECK_FALSE(suite.cases[0].variants[1].summary.speedup);
  CHECK(suite.cases[0].best.variant == "better");
  CHECK(suite.findings.at(0).variants.at(0).sentence == "too few rounds to compare: 6 are needed");
}

TEST_CASE("the share of the limit is what the limit needs over what was needed") {
  model::Case one = sized(10, 100, 50);
  one.variants[1].limit = model::LimitUse{"read_bandwidth", "bytes/s", 1e10, 400, 0, 1, 1};  // 40 ns at the least
  const model::Suite suite = suite_of({one});
  CHECK(*suite.cases[0].variants[1].summary.limit_share == doctest::Approx(0.8).epsilon(0.02));
}
