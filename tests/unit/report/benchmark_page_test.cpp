// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/benchmark_page.hpp"

#include <algorithm>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "perfopt/core/units.hpp"
#include "perfopt/report/escape.hpp"
#include "perfopt/report/problem_answer.hpp"
#include "perfopt/report/suite_view.hpp"
#include "perfopt/stats/judge.hpp"
#include "unit/report/markup.hpp"
#include "unit/report/suite_fixture.hpp"

using namespace perfopt;
using namespace perfopt::report;
using namespace perfopt::report::testing;

namespace {

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::string between(const std::string& text, std::string_view from, std::string_view to) {
  const std::size_t start = text.find(from);
  if (start == std::string::npos) return "";
  return text.substr(start, text.find(to, start) - start);
}

std::vector<std::string> hostile_texts() {
  return {"<script>alert(1)</script>",
          "</title><script>alert(1)</script>",
          "<!--<script>",
          "--><img src=x onerror=alert(1)>",
          "\" onmouseover=\"alert(1)",
          "' onfocus='x",
          "]]><svg/onload=alert(1)>",
          "{{style}}",
          "{{nothing}}",
          "}}{{",
          "</style><b>",
          "&lt;b&gt; &amp;",
          "javascript:alert(1)",
          std::string("a\0b", 3),
          "\x1b[31mred\x07",
          "\r\n\t",
          "\xff\xfe\xc0\xaf",
          "\xed\xa0\x80",
          "\u2028\u2029\u202E\u2066",
          "שלום",
          "🚀🇩🇪",
          "",
          " ",
          "..",
          "%s%n",
          "\\u003cscript>",
          "`${x}`",
          std::string(10'000, '<'),
          std::string(10'000, 'w'),
          "p1\" id=\"p1"};
}

}  // namespace

TEST_CASE("the page is sound for a full, a small, an empty and a failed suite") {
  require_sound(benchmark_page(realistic_suite()));
  require_sound(benchmark_page(small_suite()));
  const std::string empty = benchmark_page(model::Suite{});
  require_sound(empty);
  CHECK(has(empty, "No case was measured."));
  model::Suite failed = realistic_suite();
  for (model::Case& item : failed.cases) {
    for (model::Variant& variant : item.variants) set_failed(item, variant.name, "element 0: expected 1, got 0");
  }
  stats::judge(failed);
  const std::string page = benchmark_page(failed);
  require_sound(page);
  CHECK(has(page, "No result that can be drawn."));
  CHECK_FALSE(has(page, "▲ 4"));
  model::Suite bare = small_suite();
  bare.cases[0].variants.clear();
  bare.cases[0].status = model::Status::failed;
  bare.cases[0].reason = "std::bad_alloc";
  stats::judge(bare);
  require_sound(benchmark_page(bare));
  CHECK(has(benchmark_page(bare), "std::bad_alloc"));
}

TEST_CASE("the page answers first: tiles, failures, doubts, verdicts, then the figures") {
  const std::string page = benchmark_page(realistic_suite());
  std::size_t last = 0;
  for (const char* part :
       {"What pays off on this machine", "commit 1a2b3c4d5e6f · 2026-11-21 07:44 UTC", "<b>25</b> cases measured",
        "strategies pay off", "<b>✕ 1</b> integrity failure", "2 min 14 s", "element 17: expected 5, got 9",
        "load average 1.9 on 2 CPUs", "<bdi>memory</bdi><small>", "</span>boost_<wbr>flat</td>", ">serial up to about ",
        "Speed-up against the baseline", "serial wins below about", "All strategies at all sizes", "not in this build",
        "Intel(R) Xeon(R)", "2.00 GiB"}) {
    CAPTURE(part);
    const std::size_t at = page.find(part, last);
    REQUIRE(at != std::string::npos);
    last = at;
  }
}

TEST_CASE("the answers are one table: a group a family, a row a problem, that leads to its problem") {
  const model::Suite suite = realistic_suite();
  const std::string table = between(benchmark_page(suite), "<table class=\"answers\"", "</table>");
  CHECK(has(table, "<bdi>memory</bdi><small>3 of 3 problems have a winner</small>"));
  CHECK(has(table, "<bdi>cpu</bdi><small>2 of 2 problems have a winner</small>"));
  const auto problems = problems_of(suite);
  for (std::size_t i = 0; i < problems.size(); ++i) {
    const std::string row = between(table, "<a href=\"#p" + std::to_string(i + 1) + "\">", "</tr>");
    CAPTURE(problems[i].id);
    CHECK(has(row, html_breakable(problems[i].cases.front()->problem)));
    CHECK(has(row, problems[i].title()));
    const ProblemAnswer answer = answer_of(problems[i]);
    CHECK(has(row, html_breakable(answer.use)));
    CHECK(has(row, answer.sure));
    CHECK(has(row, ">" + speedups_text(answer) + "<"));
  }
  CHECK(has(table, "✕ failed"));
  CHECK(has(table, "weaker</span> "));
}

TEST_CASE("a few problems are open, many are closed") {
  CHECK(has(benchmark_page(small_suite()), "<details class=\"problem\" open=\"\">"));
  CHECK_FALSE(has(benchmark_page(realistic_suite()), "<details class=\"problem\" open"));
}

TEST_CASE("every measured figure of every variant stands in its problem's tables") {
  const model::Suite suite = realistic_suite();
  const std::string page = benchmark_page(suite);
  const auto problems = problems_of(suite);
  for (std::size_t i = 0; i < problems.size(); ++i) {
    const std::string id = "id=\"p" + std::to_string(i + 1) + "\"";
    const std::string section = between(page, id, "</details>");
    for (const model::Case* item : problems[i].cases) {
      for (const model::Variant& variant : item->variants) {
        CAPTURE(item->problem);
        CAPTURE(variant.name);
        if (!is_measured(variant)) {
          CHECK(has(section, html_text(variant.reason)));
          continue;
        }
        const model::Summary& summary = variant.summary;
        CHECK(has(section, "<td>" + format_duration_ns(summary.wall_ns) + "</td>"));
        CHECK(
            has(section, format_duration_ns(summary.wall_low_ns) + " to " + format_duration_ns(summary.wall_high_ns)));
        CHECK(has(section, format_rate(summary.items_per_second)));
        CHECK(has(section, format_byte_rate(summary.bytes_per_second)));
        CHECK(has(section, format_bytes(static_cast<double>(*variant.resources.peak_rss_bytes))));
        CHECK(has(section, "<td>" + format_count(*variant.resources.allocations) + "</td>"));
        if (summary.limit_share) CHECK(has(section, format_percent(*summary.limit_share)));
      }
    }
  }
}

TEST_CASE("the table of all results has one row for each variant of each case, with the document's figures") {
  const model::Suite suite = realistic_suite();
  const std::string table = between(benchmark_page(suite), "<table data-sortable=\"\" class=\"results\">", "</table>");
  std::size_t rows = 0;
  for (std::size_t at = table.find("<tr><th>"); at != std::string::npos; at = table.find("<tr><th>", at + 1)) ++rows;
  std::size_t wanted = 0;
  for (const model::Case& item : suite.cases) {
    const std::string group =
        between(table, "<bdi>" + item.category + "/" + item.problem + "</bdi></a></th>", "</tbody>");
    for (const model::Variant& variant : item.variants) {
      if (!is_measured(variant) && item.status == model::Status::skipped) continue;
      ++wanted;
      CAPTURE(item.problem);
      CAPTURE(variant.name);
      const std::string head = "<tr><th>" + variant.name;
      bool is_found = false;
      for (std::size_t at = group.find(head); at != std::string::npos && !is_found; at = group.find(head, at + 1)) {
        const std::string row = group.substr(at, group.find("</tr>", at) - at);
        is_found = has(row, "</th><td>" + format_count(item.size) + "</td>");
        if (!is_found) continue;
        CHECK(has(row, html_text(verdict_text(variant.summary.verdict))) == is_measured(variant));
        if (!is_measured(variant)) {
          CHECK(has(row, html_text(variant.reason)));
          continue;
        }
        CHECK(has(row, "\">" + format_duration_ns(variant.summary.wall_ns) + "</td>"));
        CHECK(has(row, "<td>" + format_percent(variant.summary.spread) + "</td>"));
        CHECK(has(row, "<td>" + std::to_string(variant.rounds.wall_ns.size()) + "<svg class=\"hist\">"));
        if (!variant.summary.speedup) continue;
        CHECK(has(row, "<td>" + format_ratio(variant.summary.speedup->estimate) + "</td>"));
        CHECK(has(row,
                  format_ratio(variant.summary.speedup->low) + " to " + format_ratio(variant.summary.speedup->high)));
      }
      CHECK(is_found);
    }
  }
  CHECK(rows == wanted);
}

TEST_CASE("a failure has its reason everywhere and a speed-up nowhere") {
  model::Suite suite = small_suite();
  set_failed(suite.cases[0], "boost_flat", "element 17: expected 5, got 9");
  suite.cases[0].variants[1].summary.speedup = model::Interval{777, 770, 780};
  suite.cases[0].variants[1].summary.verdict = model::Verdict::wins;
  suite.findings.clear();
  const std::string page = benchmark_page(suite);
  CHECK(has(between(page, "<table class=\"heat\">", "</table>"), "✕ failed"));
  CHECK_FALSE(has(without_scripts(page), "777"));
  CHECK(has(page, "<b>0</b> strategies pay off"));
}

TEST_CASE("weaker meaning is labelled and does not count as paying off") {
  const model::Suite suite = realistic_suite();
  CHECK(has(benchmark_page(suite), "not a plain win: a crash loses up to 100 records"));
  model::Suite equal = suite;
  for (model::Case& item : equal.cases) {
    for (model::Variant& variant : item.variants) variant.weaker.clear();
  }
  CHECK(tally(equal).paying == tally(suite).paying + 1);
}

TEST_CASE("an interrupted run says what is missing") {
  model::Suite suite = small_suite();
  suite.complete = false;
  suite.missing = {"cpu/sort at 1000000"};
  const std::string page = benchmark_page(suite);
  CHECK(has(page, "Incomplete: 1 case is missing: cpu/sort at 1000000."));
  CHECK(has(page, "not reached before the run ended"));
  CHECK_FALSE(has(benchmark_page(small_suite()), "Incomplete"));
}

TEST_CASE("the profile of a problem is linked once, with a conclusion in the document and without") {
  model::Suite suite = small_suite();
  const std::vector<ProfileLink> profiles{{"shown", "perfbench --filter memory/maps"}};
  const auto is_linked = [&] { return has(benchmark_article(suite, "", profiles).body, "<a href=\"#shown\">profile"); };
  CHECK(is_linked());
  suite.findings.clear();
  CHECK(is_linked());
}

TEST_CASE("columns without a figure are left out and named") {
  const std::string page = benchmark_page(small_suite());
  CHECK_FALSE(has(page, "<th scope=\"col\">waits</th>"));
  CHECK(has(page, "Zero or not measured: held memory, waits, "));
  CHECK(has(page, "<th scope=\"col\">preemptions</th>"));
}

TEST_CASE("no text of the document becomes markup, whatever it holds") {
  const std::string clean = benchmark_page(realistic_suite());
  for (const std::string& text : hostile_texts()) {
    CAPTURE(text.substr(0, 40));
    const std::string page = benchmark_page(hostile_suite(text));
    require_sound(page);
    const std::string body = without_scripts(page);
    for (const char* bad :
         {"<script", "<img", "onerror=alert(1)>", "\" onmouseover", "\x1b", "\u2028", "\u202E", "\xff"}) {
      CHECK_FALSE(has(body, bad));
    }
    CHECK(page.size() < clean.size() * 8);
  }
  CHECK(has(benchmark_page(hostile_suite("{{style}}")), "{{style}}"));
}

TEST_CASE("a limit is drawn unless a strategy without it is faster") {
  model::Suite suite = small_suite();
  model::Case& item = suite.cases[0];
  item.variants[0].limit = model::LimitUse{"disk_random_reads", "reads/s", 1e6, 1e3, 0, 1, 1};  // 1 ms at the least
  item.variants[0].summary.limit_share = 0.2;
  item.variants[1].limit.reset();
  item.variants[1].summary.wall_ns = 1.5e6;
  CHECK(has(benchmark_page(suite), "limit: what this machine allows at best"));
  item.variants[1].summary.wall_ns = 0.5e6;
  CHECK_FALSE(has(benchmark_page(suite), "limit: what this machine allows at best"));
}

TEST_CASE("numbers that are not finite are not shown as figures") {
  model::Suite suite = realistic_suite();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinite = std::numeric_limits<double>::infinity();
  for (model::Case& item : suite.cases) {
    model::Summary& summary = item.variants.back().summary;
    summary.speedup = model::Interval{nan, -infinite, infinite};
    summary.wall_low_ns = summary.spread = summary.cpu_ns = nan;
    summary.items_per_second = infinite;
    summary.limit_share = nan;
    item.variants.front().summary.wall_ns = item.size % 2 == 0 ? nan : -1;
    for (double& wall_ns : item.variants[1].rounds.wall_ns) wall_ns = wall_ns < 1e5 ? nan : infinite;
  }
  suite.elapsed_s = nan;
  suite.environment.load_average = nan;
  suite.environment.steal_percent = infinite;
  suite.findings[0].variants[0].crossover = model::Crossover{nan, 1, 2, true};
  suite.findings[1].variants[0].crossover = model::Crossover{infinite, 1, 2, true};
  const std::string page = benchmark_page(suite);
  require_sound(page);
  CHECK_FALSE(has(page, ">nan"));
  CHECK_FALSE(has(page, "\"nan"));
  CHECK_FALSE(has(page, " nan"));
  CHECK_FALSE(has(page, ">inf"));
  CHECK_FALSE(has(page, " inf"));
}

TEST_CASE("equal documents give equal bytes") {
  CHECK(benchmark_page(realistic_suite()) == benchmark_page(realistic_suite()));
}

TEST_CASE(
    "a page of several hosts tells the slow one, the differences and the scaling; another page has no such section") {
  const std::string page = benchmark_page(fleet_suite());
  CHECK(has(page, "<h2 id=\"hosts-title\">Hosts</h2>"));
  CHECK(has(page, "<bdi>node3</bdi><span class=\"tag warn\">slow</span>"));
  CHECK(has(page, "kernel differs: "));
  CHECK(has(page, "<h2 id=\"scaling-title\">Scaling over ranks</h2>"));
  CHECK(has(page, "that of the heat map is paired round by round"));
  CHECK(has(page, "On Open MPI 4.1.4, 2 ranks on one host"));
  CHECK(has(page, "efficiency told by 2000 items"));
  const std::string other = benchmark_page(realistic_suite());
  CHECK_FALSE(has(other, "hosts-title"));
  CHECK_FALSE(has(other, "#scaling"));
  CHECK_FALSE(has(other, "found out"));
}
