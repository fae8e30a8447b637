// SPDX-License-Identifier: Apache-2.0
// What the summary tells those who decide: never more than the documents bear.
#include <string>

#include <doctest/doctest.h>

#include "perfopt/report/summary_page.hpp"
#include "perfopt/stats/judge.hpp"
#include "unit/report/comparison_fixture.hpp"
#include "unit/report/suite_fixture.hpp"

using namespace perfopt;
using report::Article;
using report::testing::measured_case;

namespace {

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

Article summary_of(const model::Comparison& comparison) {
  report::SummaryInput input;
  input.comparisons.push_back(&comparison);
  return report::summary_article(input);
}

Article summary_of(model::Suite& suite) {
  stats::judge(suite);
  report::SummaryInput input;
  input.suites.push_back(&suite);
  return report::summary_article(input);
}

// Strategies a, aggressive, and b, conservative, at a size.
void add_case(model::Suite& suite, std::uint64_t size, double a, double b) {
  suite.cases.push_back(measured_case("cpu/sort", "items", size, 1e6,
                                      {{"usual", "baseline"}, {"a", "aggressive", a}, {"b", "conservative", b}}));
  suite.cases.back().variants[1].costs = "costs of a";
  suite.cases.back().variants[2].costs = "costs of b";
}

constexpr const char* kNothingHolds = "nothing holds the change up";

}  // namespace

TEST_CASE("a comparison without a figure for every benchmark is not called clear") {
  model::Comparison comparison;
  comparison.complete = false;
  comparison.benchmarks.resize(3);
  comparison.benchmarks[0].name = "broken";
  comparison.benchmarks[0].verdict = model::Change::failed;
  comparison.benchmarks[1].name = "gone";
  comparison.benchmarks[1].verdict = model::Change::missing;
  comparison.benchmarks[2].name = "open";
  const Article article = summary_of(comparison);
  CHECK(article.heading == "0 slower and 0 faster than before, 1 failed, 1 missing, 1 inconclusive; interrupted");
  CHECK_FALSE(has(article.body, kNothingHolds));
  CHECK(has(article.body, "<b>✕ 1</b> failed: not measured, or other outputs"));
  CHECK(has(article.body, "<b>− 1</b> missing"));
  CHECK(has(article.body, "1 benchmark was not measured or gave other outputs: <bdi>broken</bdi>."));
  CHECK(has(article.body, "1 benchmark of before went: <bdi>gone</bdi>."));
  CHECK(has(article.body, "open of 1 benchmark"));
  CHECK(has(article.body, "interrupted before its end"));
}

TEST_CASE("each thing alone that is not known keeps a comparison from being called clear") {
  model::Comparison comparison;
  CHECK(has(summary_of(comparison).body, "No benchmark was compared"));
  comparison.benchmarks.push_back(report::testing::compared("same", model::Change::same, 100, 1.001, 0.005));
  CHECK(has(summary_of(comparison).body, kNothingHolds));
  comparison.complete = false;
  CHECK_FALSE(has(summary_of(comparison).body, kNothingHolds));
  comparison.complete = true;
  for (const model::Change change : {model::Change::failed, model::Change::missing, model::Change::inconclusive}) {
    comparison.benchmarks.resize(1);
    comparison.benchmarks.emplace_back().verdict = change;
    CHECK_FALSE(has(summary_of(comparison).body, kNothingHolds));
  }
  comparison.benchmarks.resize(1);
  comparison.benchmarks[0].metrics.emplace_back().verdict = model::Change::slower;
  CHECK(has(summary_of(comparison).body, "1 second gate calls slower"));
  CHECK_FALSE(has(summary_of(comparison).body, kNothingHolds));
}

TEST_CASE("a gain is that of one strategy, where it wins") {
  model::Suite suite;
  add_case(suite, 1000, 10, 0.5);
  add_case(suite, 1'000'000, 0.5, 1.2);
  add_case(suite, 10'000'000, 0.5, 0.5);
  const Article article = summary_of(suite);
  CHECK(has(article.body, "<b>1.2 times as fast</b><br><span class=\"muted\">at 1 of 3 sizes</span>"));
  CHECK(has(article.body, "costs of b"));
  CHECK_FALSE(has(article.body, "costs of a"));
  CHECK(has(article.body, "1.2 times as fast at 1 of 3 sizes for a small change (the b way)"));
}

TEST_CASE("the strategy that wins at the most sizes is told, and from where") {
  model::Suite suite;
  add_case(suite, 1000, 0.5, 0.5);
  add_case(suite, 100'000, 4, 2);
  add_case(suite, 1'000'000, 8, 0.5);
  CHECK(has(summary_of(suite).body, "<b>4.0 to 8.0 times as fast</b><br><span class=\"muted\">from about 100,000"));
  suite.cases.erase(suite.cases.begin());
  CHECK(has(summary_of(suite).body, "at every size"));
}

TEST_CASE("methods that failed are counted once, whatever failed and at however many sizes") {
  model::Suite suite;
  for (const std::uint64_t size : {1000U, 100'000U, 1'000'000U}) {
    add_case(suite, size, 2, 2);
    report::testing::set_failed(suite.cases.back(), "a", "error at " + std::to_string(size));
  }
  const Article article = summary_of(suite);
  CHECK(has(article.body, "<b>1</b> method failed"));
  CHECK(has(article.body, "Do not use 1 method that failed at one size or more"));
  CHECK_FALSE(has(article.body, "wrong result"));
}

TEST_CASE("a method that failed at one size is named, and not recommended for the others") {
  model::Suite suite;
  add_case(suite, 1000, 10, 2);
  add_case(suite, 1'000'000, 10, 2);
  report::testing::set_failed(suite.cases.front(), "a", "another result");
  const Article article = summary_of(suite);
  CHECK(has(article.body, "<b><bdi>a</bdi></b> of "));
  CHECK(has(article.body, "<b>2.0 times as fast</b>"));
  CHECK_FALSE(has(article.body, "10 times"));
  CHECK(has(article.footnote, "Each gain was measured"));
}

TEST_CASE("how gains were measured is told where there are gains alone") {
  CHECK_FALSE(has(summary_of(model::Comparison{}).footnote, "Each gain"));
  model::Suite suite;
  add_case(suite, 1000, 0.5, 0.5);
  CHECK_FALSE(has(summary_of(suite).footnote, "Each gain"));
}
