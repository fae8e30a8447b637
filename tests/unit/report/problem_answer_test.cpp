// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/problem_answer.hpp"

#include <limits>

#include <doctest/doctest.h>

#include "perfopt/core/units.hpp"
#include "perfopt/report/suite_formats.hpp"
#include "perfopt/stats/judge.hpp"
#include "unit/report/suite_fixture.hpp"

using namespace perfopt;
using namespace perfopt::report;
using namespace perfopt::report::testing;

namespace {

// One problem "io/cache" in blocks: the speed-ups of A and B over the baseline "plain", size by size.
struct Step {
  std::uint64_t size;
  double a;
  double b;
};

model::Suite ladder(const std::vector<Step>& steps) {
  model::Suite suite;
  for (const Step& step : steps) {
    suite.cases.push_back(measured_case("io/cache", "blocks", step.size, 1e6,
                                        {{"plain", "baseline"}, {"A", "balanced", step.a}, {"B", "balanced", step.b}}));
  }
  stats::judge(suite);
  return suite;
}

ProblemAnswer answer(const model::Suite& suite) {
  return answer_of(problems_of(suite).front());
}

}  // namespace

TEST_CASE("one strategy that is the best everywhere is the answer, with its range") {
  const model::Suite suite = ladder({{10, 4, 2}, {100, 8, 2}, {1000, 6, 2}});
  const ProblemAnswer found = answer(suite);
  CHECK(found.kind == AnswerKind::pays_off);
  CHECK(found.use == "A");
  REQUIRE(found.speedups);
  CHECK(found.speedups->least == doctest::Approx(4).epsilon(0.05));
  CHECK(found.speedups->most == doctest::Approx(8).epsilon(0.05));
  CHECK(found.sure == "3 of 3 sizes decided");
  CHECK(speedups_text(found) == format_ratio(found.speedups->least) + " to " + format_ratio(found.speedups->most));
}

TEST_CASE("where the best changes, the border is told: the crossover, or the last size without one") {
  model::Suite suite = ladder({{10, 0.5, 0.2}, {100, 2, 0.3}});
  suite.findings[0].variants[0].crossover = model::Crossover{43, 10, 100, true};
  CHECK(answer(suite).use == "plain up to about 43 blocks, then A");
  suite.findings[0].variants[0].crossover->low = 20;  // of other sizes
  CHECK(answer(suite).use == "plain up to 10 blocks, then A");
  suite.findings[0].variants[0].crossover = model::Crossover{std::numeric_limits<double>::quiet_NaN(), 10, 100, true};
  CHECK(answer(suite).use == "plain up to 10 blocks, then A");
  suite.findings.clear();
  CHECK(answer(suite).use == "plain up to 10 blocks, then A");
  const model::Suite three = ladder({{10, 0.5, 0.2}, {100, 2, 0.3}, {1000, 2, 6}});
  CHECK(answer(three).use.ends_with(", then B"));
  CHECK(answer(three).use.find("plain up to ") == 0);
  CHECK(answer(ladder({{1, 2, 4}, {2, 4, 2}, {3, 2, 4}, {4, 4, 2}})).use == "B or A, by size");
}

TEST_CASE("the baseline stays where nothing is faster; the kind tells losing from a difference not seen") {
  const ProblemAnswer loses = answer(ladder({{10, 0.5, 0.2}, {100, 0.6, 0.3}}));
  CHECK(loses.kind == AnswerKind::stay);
  CHECK(loses.use == "stay with plain");
  CHECK_FALSE(loses.speedups);
  CHECK(speedups_text(loses).empty());
  CHECK(loses.sure == "2 of 2 sizes decided");
  model::Suite equal = ladder({{10, 1, 1}});
  for (model::Variant& variant : equal.cases[0].variants) variant.rounds = equal.cases[0].variants[0].rounds;
  stats::judge(equal);
  CHECK(answer(equal).kind == AnswerKind::even);
  CHECK(answer(equal).sure == "0 of 1 size decided");
}

TEST_CASE("a weaker winner is no answer; undecided and missing sizes are told") {
  model::Suite suite = ladder({{10, 3, 0.5}, {100, 3, 0.5}, {1000, 0.5, 0.5}});
  for (model::Case& item : suite.cases) item.variants[1].weaker = "a crash loses records";
  stats::judge(suite);
  CHECK(answer(suite).kind == AnswerKind::weaker);
  CHECK(answer(suite).use == "stay with plain");
  suite.cases[1].variants[2].rounds = suite.cases[1].variants[0].rounds;
  suite.cases[2].variants.clear();
  stats::judge(suite);
  CHECK(answer(suite).sure == "1 of 3 sizes decided; undecided at 100; 1 not measured");
}

TEST_CASE("a strategy that failed at one size is no answer at any, and that size is not decided") {
  model::Suite suite = ladder({{10, 4, 0.5}, {100, 4, 0.5}, {1000, 4, 0.5}, {10'000, 4, 0.5}});
  set_failed(suite.cases[3], "A", "element 0: expected 1, got 0");
  stats::judge(suite);
  CHECK(answer(suite).kind == AnswerKind::stay);
  CHECK(answer(suite).use == "stay with plain");
  CHECK_FALSE(answer(suite).speedups);
  CHECK(answer(suite).sure == "3 of 4 sizes decided; undecided at 10,000");
  for (model::Case& item : suite.cases) item.variants.pop_back();
  stats::judge(suite);
  CHECK(answer(suite).kind == AnswerKind::failed);
  CHECK(answer(suite).use == "stay with plain");

  model::Suite next = ladder({{10, 4, 2}, {100, 4, 2}, {1000, 4, 2}});
  set_failed(next.cases[1], "A", "element 0: expected 1, got 0");
  stats::judge(next);
  CHECK(answer(next).kind == AnswerKind::pays_off);
  CHECK(answer(next).use == "B");
  CHECK(answer(next).speedups->most == doctest::Approx(2).epsilon(0.05));
  CHECK(answer(next).sure == "3 of 3 sizes decided");
  set_failed(next.cases[2], "plain", "element 0: expected 1, got 0");
  set_failed(next.cases[2], "B", "element 0: expected 1, got 0");
  stats::judge(next);
  CHECK(answer(next).kind == AnswerKind::failed);
  CHECK(answer(next).use == "nothing: all failed");
}

TEST_CASE("failures alone are told as such, and nothing measured as nothing") {
  model::Suite suite = ladder({{10, 3, 2}});
  for (const char* name : {"plain", "A", "B"}) set_failed(suite.cases[0], name, "element 0: expected 1, got 0");
  stats::judge(suite);
  CHECK(answer(suite).kind == AnswerKind::failed);
  for (model::Variant& variant : suite.cases[0].variants) variant.status = model::Status::skipped;
  stats::judge(suite);
  CHECK(answer(suite).kind == AnswerKind::unknown);
  CHECK(answer(suite).use == "nothing was measured");
}

TEST_CASE("a sure winner is named though the baseline is within the tie margin: its size is decided") {
  model::Suite suite = ladder({{10, 0.5, 0.3}, {100, 2, 0.5}, {1000, 2, 0.5}});
  // Within 5 % of the baseline, and told apart from it.
  suite.cases[1].variants[1].summary.speedup = model::Interval{1.03, 1.01, 1.05};
  suite.cases[1].best = {"A", {"plain"}};
  const ProblemAnswer found = answer(suite);
  CHECK(found.use == "plain up to about 32 blocks, then A");
  CHECK(found.sure == "3 of 3 sizes decided");
  // Where it is not told apart, its ratio is no part of the range.
  suite.cases[1].best = {"A", {}};
  suite.cases[1].variants[1].summary.verdict = model::Verdict::undecided;
  suite.cases[1].variants[1].summary.speedup = model::Interval{0.97, 0.9, 1.05};
  const ProblemAnswer doubtful = answer(suite);
  REQUIRE(doubtful.speedups);
  CHECK(doubtful.speedups->least > 1.5);
}

TEST_CASE("a baseline whose rivals all failed was compared with nothing") {
  model::Suite suite = ladder({{10, 3, 2}});
  for (const char* name : {"A", "B"}) set_failed(suite.cases[0], name, "element 0: expected 1, got 0");
  stats::judge(suite);
  const ProblemAnswer found = answer(suite);
  CHECK(found.kind == AnswerKind::failed);
  CHECK(found.sure == "nothing valid to compare");
  const ProblemView problem = problems_of(suite).front();
  REQUIRE(problem.finding != nullptr);
  CHECK(strategy_line(problem, problem.finding->variants.front()) == "A: FAILED at 10: element 0: expected 1, got 0");
  CHECK_FALSE(found.speedups);
}

TEST_CASE("the range says at which sizes it is sure") {
  CHECK(answer(ladder({{10, 4, 2}, {100, 8, 2}})).where.empty());
  CHECK(answer(ladder({{10, 0.5, 0.2}, {100, 2, 0.3}, {1000, 2, 0.3}})).where == "from 100");
  CHECK(answer(ladder({{10, 2, 0.2}, {100, 0.5, 0.3}, {1000, 0.5, 0.3}})).where == "up to 10");
  CHECK(answer(ladder({{10, 2, 0.2}, {100, 0.5, 0.3}, {1000, 2, 0.3}})).where == "at 2 of 3 sizes");
}
