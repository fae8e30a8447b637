// SPDX-License-Identifier: Apache-2.0
// Pages of comparisons, histories, other tools' results and the summary: odd and hostile documents.
#include <array>
#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "perfopt/report/comparison_page.hpp"
#include "perfopt/report/comparison_view.hpp"
#include "perfopt/report/figure_builders.hpp"
#include "perfopt/report/history_page.hpp"
#include "perfopt/report/profile_link.hpp"
#include "perfopt/report/results_page.hpp"
#include "perfopt/report/sortable_table.hpp"
#include "perfopt/report/summary_page.hpp"

using namespace perfopt;
using report::Article;

namespace {

const std::string kHostile = "</script><!--<script><img src=x onerror=alert(1)>\"' \xff\xe2\x80\xa8";
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinite = std::numeric_limits<double>::infinity();

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

void check_harmless(const Article& article) {
  std::string all = article.heading + article.origin + article.body + article.footnote;
  for (const std::string& island : article.islands) all += island;
  CHECK_FALSE(has(all, "<script"));
  CHECK_FALSE(has(all, "<img"));
  CHECK_FALSE(has(all, "nan"));
  CHECK_FALSE(has(all, "\xff"));
  const std::string page = report::page_of(std::array{article});
  CHECK(has(page, "</html>"));
}

model::ComparedBenchmark compared(const std::string& name, model::Change verdict, double ratio) {
  model::ComparedBenchmark benchmark;
  benchmark.name = name;
  benchmark.verdict = verdict;
  benchmark.reason = kHostile;
  benchmark.base = 100;
  benchmark.changed = 100 * ratio;
  benchmark.ratio = model::Interval{ratio, ratio * 0.99, ratio * 1.01};
  benchmark.margin = 0.02;
  return benchmark;
}

}  // namespace

TEST_CASE("a comparison page tells every benchmark once and draws what is sure") {
  model::Comparison comparison;
  comparison.benchmarks = {compared("same", model::Change::same, 1.001), compared("slow", model::Change::slower, 1.3),
                           compared("fast", model::Change::faster, 0.5), compared(kHostile, model::Change::slower, 2)};
  const Article article = report::comparison_article(comparison, std::nullopt, "d2-");
  check_harmless(article);
  CHECK(has(article.heading, "2 slower, 1 faster, 1 the same"));
  CHECK(has(article.body, "aria-label=\"Changes of 3 benchmarks"));
  CHECK(has(article.body, "<bdi>same</bdi>"));
  CHECK(has(article.body, "data-v=\"1.3\">+30.0 %"));
}

TEST_CASE("a verdict has one sign on the page and in the chart") {
  model::Comparison comparison;
  comparison.benchmarks = {compared("slow", model::Change::slower, 1.3), compared("fast", model::Change::faster, 0.5)};
  const Article article = report::comparison_article(comparison, std::nullopt, "");
  CHECK(has(article.body, "▲ slower</span>"));
  CHECK(has(article.body, "▼ faster</span>"));
  const report::Figure figure = report::forest_figure(comparison);
  REQUIRE(figure.panels.size() == 1);
  CHECK(figure.panels[0].rows.at(0).text.starts_with("▲ +30"));
  CHECK(figure.panels[0].rows.at(1).text.starts_with("▼ -50"));
}

TEST_CASE("a comparison without a figure that can be drawn is a page all the same") {
  model::Comparison comparison;
  check_harmless(report::comparison_article(comparison, std::nullopt, ""));
  for (const double ratio : {kNaN, kInfinite, 0.0, -1.0}) {
    comparison.benchmarks = {compared("odd", model::Change::slower, ratio)};
    const Article article = report::comparison_article(comparison, std::nullopt, "");
    CHECK_FALSE(has(article.body, "<svg"));
    CHECK(has(article.body, "<bdi>odd</bdi>"));
  }
}

TEST_CASE("a history page marks the change and gives the script the medians") {
  model::HistorySeries series;
  series.name = kHostile;
  series.unit = "ns";
  for (int i = 0; i < 400; ++i) {
    series.points.push_back({"r" + std::to_string(i), "2026-01-01T00:00:00Z", "c", "", kHostile, false,
                             i < 10 ? 100.0 : 150.0, 99, 151, 5});
  }
  series.points[3].median = kNaN;
  series.points[4].low = kInfinite;
  model::HistoryChange change;
  change.first = 10;
  change.first_commit = "abcdef012345";
  change.ratio = {1.5, 1.4, 1.6};
  change.worse = true;
  change.recent = true;
  series.changes.push_back(change);
  model::History history;
  history.series.push_back(series);
  const Article article = report::history_article(history, kHostile, "");
  check_harmless(article);
  CHECK(article.heading == "1 benchmark changed for the worse lately");
  CHECK(has(article.body, "<code>abcdef012345</code>"));
  REQUIRE(article.islands.size() == 1);
  CHECK(has(article.islands[0], "\"text\":\"▲ +50.0 % worse\""));
  history.series[0].points.resize(20);
  const Article few = report::history_article(history, kHostile, "");
  CHECK_MESSAGE(few.islands.empty(), "a short series stays static");
  CHECK(has(few.body, "<svg class=\"chart\""));
}

TEST_CASE("a history of few runs says that they are few, not that nothing changed") {
  model::History history;
  history.series.resize(1);
  for (std::size_t runs = 1; runs <= 12; ++runs) {
    history.series[0].points.push_back(
        {"r" + std::to_string(runs), "2026-01-01T00:00:00Z", "c", "", "", false, 100, 99, 101, 5});
    const Article article = report::history_article(history, "x", "");
    CAPTURE(runs);
    CHECK(has(article.heading, "One run") == (runs == 1));
    CHECK(has(article.heading, "Nothing changed") == (runs == 12));
    CHECK(has(article.body, "history record") == (runs < 12));
  }
}

TEST_CASE("few runs are told as too few, not as no change, and one machine is named once") {
  model::History history;
  history.series.resize(2);
  for (model::HistorySeries& series : history.series) {
    series.machine = "a machine";
    for (int i = 0; i < 6; ++i) {
      series.points.push_back({"r" + std::to_string(i), "2026-01-01T00:00:00Z", "c", "", "", false, 100, 99, 101, 5});
    }
  }
  history.series[1].points.resize(1);
  history.series[1].points[0].run = "foreign";
  const std::string body = report::history_article(history, "x", "").body;
  CHECK(has(body, "too few (6 of 12)"));
  CHECK(has(body, "too few (1 of 12)"));
  CHECK(has(body, "<b>6</b> runs of a benchmark at most"));
  CHECK_FALSE(has(body, "worse lately"));
  CHECK_FALSE(has(body, ">none</td>"));
  CHECK(body.find("a machine") == body.rfind("a machine"));
  history.series[1].machine = "another";
  CHECK(has(report::history_article(history, "x", "").body, ">machine</th>"));
}

TEST_CASE("a history without runs, and a change that points nowhere") {
  check_harmless(report::history_article({}, "", ""));
  model::History history;
  history.series.resize(1);
  history.series[0].changes.resize(1);
  history.series[0].changes[0].first = 7;
  check_harmless(report::history_article(history, "x", ""));
}

TEST_CASE("tabs of hostile and long names are short, harmless, and told apart") {
  const std::string long_name(10'000, 'x');
  std::vector<Article> articles;
  for (const std::string& title :
       {kHostile, kHostile, long_name, long_name, std::string("\xe2\x80\xae right to left")}) {
    Article article;
    article.prefix = articles.empty() ? "" : "d" + std::to_string(articles.size() + 1) + "-";
    article.title = title;
    article.file = title == kHostile ? kHostile : "/" + long_name + "/" + long_name + ".json";
    articles.push_back(article);
  }
  const std::string page = report::page_of(articles);
  const std::size_t from = page.find("<nav class=\"chooser\"");
  REQUIRE(from != std::string::npos);
  const std::string nav = page.substr(from, page.find("</nav>", from) - from);
  for (const char* part : {"<script", "<!--", "<img", "\xff", "\xe2\x80\xa8", "\xe2\x80\xae"})
    CHECK_FALSE(has(nav, part));
  CHECK(nav.size() < 3000);
  std::set<std::string> tabs;
  for (std::size_t at = nav.find("<a "); at != std::string::npos; at = nav.find("<a ", at + 1)) {
    const std::size_t words = nav.find('>', at);
    tabs.insert(nav.substr(words, nav.find("</a>", words) - words));
  }
  CHECK(tabs.size() == articles.size());
}

TEST_CASE("a comparison of two files tells in what their machines differ") {
  model::Comparison comparison;
  comparison.benchmarks = {compared("slow", model::Change::slower, 1.3)};
  model::Environment base;
  model::Environment changed;
  base.compiler = "GNU 12";
  changed.compiler = "GNU 13";
  const std::string both = report::comparison_page(comparison, report::ComparedEnvironments{base, changed});
  CHECK(has(both, "GNU 12"));
  CHECK(has(both, "GNU 13"));
  CHECK_FALSE(has(report::comparison_page(comparison, std::nullopt), "GNU 12"));
}

TEST_CASE("a figure that is not finite leaves its column sortable by number") {
  model::HistorySeries series;
  series.unit = "ns";
  series.points.resize(2);
  series.points[0].median = 100;
  series.points[1].median = kNaN;
  series.changes.resize(1);
  series.changes[0].first = 1;
  series.changes[0].ratio = {kNaN, kNaN, kNaN};
  model::History history;
  history.series.push_back(series);
  CHECK_FALSE(has(report::history_article(history, "x", "").body, "null"));
  report::SortableTable table("t", "");
  table.figure("-", kInfinite);
  table.figure("2", 2);
  CHECK(has(table.html(), "<td data-v=\"\">-</td><td data-v=\"2\">2</td>"));
}

TEST_CASE("what is drawn of very many samples is told") {
  model::ResultSet results;
  results.results.resize(1);
  results.results[0].samples.assign(400, 100);
  CHECK_FALSE(has(report::results_article(results, "").body, "only the first"));
  results.results[0].samples.push_back(100);
  const Article article = report::results_article(results, "");
  CHECK(has(article.body, "Of more than 400 samples, only the first 400 are drawn"));
  CHECK(has(article.body, "data-v=\"401\">401<"));
}

TEST_CASE("results of another tool are shown without a speed-up") {
  model::ResultSet results;
  results.tool = "go";
  model::Result one;
  one.name = kHostile;
  one.samples = {100, 110, 90, kNaN};
  results.results.push_back(one);
  model::Result failed;
  failed.name = "failed";
  failed.failure = kHostile;
  results.results.push_back(failed);
  const Article article = report::results_article(results, "");
  check_harmless(article);
  CHECK(has(article.heading, "1 result of go"));
  CHECK(has(article.body, "data-v=\"100\">100 ns"));
  CHECK_FALSE(has(article.body, "speed-up"));
}

TEST_CASE("the summary of nothing, and of a suite without a gain") {
  check_harmless(report::summary_article({}));
  model::Suite suite;
  suite.environment.host = kHostile;
  suite.cases.resize(1);
  suite.cases[0].title = kHostile;
  report::SummaryInput input;
  input.suites.push_back(&suite);
  const Article article = report::summary_article(input);
  check_harmless(article);
  CHECK(article.heading == "None of 1 task gains");
}

TEST_CASE("a profile belongs to what its command names, and to nothing else") {
  const auto found = [](const std::string& command, const std::string& variant) {
    return report::profile_of({{"p", command}}, "memory/maps", variant) != nullptr;
  };
  CHECK(found("perfbench --filter memory/maps/flat", "flat"));
  CHECK(found("perfbench --filter=^memory/maps/flat$", "flat"));
  CHECK(found("bench maps flat", "flat"));
  CHECK(found("perfbench --filter memory/maps", ""));
  CHECK_FALSE(found("perfbench --filter memory/maps", "flat"));
  CHECK_FALSE(found("perfbench --filter memory/maps_find/flat", "flat"));
  CHECK_FALSE(found("perfbench --filter memory/maps/flat", "tree"));
  CHECK_FALSE(found("perfbench --all", ""));
  CHECK_FALSE(found("", ""));
}
