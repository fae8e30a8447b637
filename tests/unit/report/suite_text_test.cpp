// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/suite_text.hpp"

#include <algorithm>
#include <limits>
#include <sstream>

#include <doctest/doctest.h>

#include "perfopt/core/units.hpp"
#include "perfopt/report/escape.hpp"
#include "perfopt/report/suite_view.hpp"
#include "perfopt/report/text_layout.hpp"
#include "perfopt/stats/judge.hpp"
#include "unit/report/suite_fixture.hpp"

using namespace perfopt;
using namespace perfopt::report;
using namespace perfopt::report::testing;

namespace {

std::string console(const model::Suite& suite, TextOptions options = {}) {
  return suite_text(suite, options);
}
std::string markdown(const model::Suite& suite) {
  return suite_text(suite, {.format = TextFormat::markdown});
}
std::string csv(const model::Suite& suite) {
  return suite_text(suite, {.format = TextFormat::csv});
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream input(text);
  for (std::string line; std::getline(input, line);) lines.push_back(line);
  return lines;
}

std::string line_with(const std::string& text, std::string_view part) {
  for (const std::string& line : lines_of(text)) {
    if (has(line, part)) return line;
  }
  return "";
}

std::size_t longest_line(const std::string& text) {
  std::size_t longest = 0;
  for (const std::string& line : lines_of(text)) longest = std::max(longest, character_count(line));
  return longest;
}

// The whole text as one line, for sentences that are wrapped.
std::string unwrapped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const char next = c == '\n' ? ' ' : c;
    if (next != ' ' || out.empty() || out.back() != ' ') out += next;
  }
  return out;
}

}  // namespace

TEST_CASE("the console answers first, in the order: failures, answer, figures, skipped, doubts, summary") {
  const std::string text = console(realistic_suite());
  std::size_t last = 0;
  for (const char* part : {"commit 1a2b3c4", "FAILED", "What pays off on this machine", "memory/maps  Insert",
                           "Skipped", "What makes these numbers doubtful", "25 cases measured"}) {
    CAPTURE(part);
    const std::size_t at = text.find(part, last);
    REQUIRE(at != std::string::npos);
    last = at;
  }
  CHECK(has(lines_of(text).back(), "in 2 min 14 s; 1 FAILURE"));
}

TEST_CASE("the console gives best, speed-up, interval, time and share of the limit at each size") {
  const model::Suite suite = small_suite();
  const model::Variant& flat = suite.cases[0].variants[1];
  const std::string row = line_with(console(suite), "boost_flat  ");
  CHECK(has(row, "100,000"));
  CHECK(has(row, format_ratio(flat.summary.speedup->estimate)));
  CHECK(has(row, format_ratio(flat.summary.speedup->low) + " to " + format_ratio(flat.summary.speedup->high)));
  CHECK(has(row, format_duration_ns(flat.summary.wall_ns)));
  CHECK(has(row, format_percent(*flat.summary.limit_share)));
}

TEST_CASE("crossovers, losers, ties and weaker meaning are named in words") {
  const std::string text = unwrapped(console(realistic_suite()));
  CHECK(has(text, "serial wins below about 3"));
  CHECK(has(text, "(measured between 16,384 and 65,536)"));
  CHECK(has(text, "- pmr_pool: loses at every size measured: "));
  CHECK(has(text, "tied with the best at 100,000: absl_flat"));
  CHECK(has(text, "WEAKER, not a plain win: a crash loses up to 100 records"));
  CHECK_FALSE(has(text, "+ group_commit"));
  CHECK(has(text, "- zstd: loses at every size measured: 0.050x to 0.200x; FAILED at other sizes: do not use it"));
  CHECK(has(text, "limit: share of this machine's read bandwidth, measured beside it"));
  CHECK(has(text, "io/random_reads/io_uring at 256 and 4,096 blocks: io_uring_setup: operation not permitted"));
  CHECK(has(text, "network: not in this build"));
  CHECK(has(text, "load average 1.9 on 2 CPUs: something else is running -> stop it, or wait"));
}

TEST_CASE("a failure is named with its reason and never with a speed-up, whatever the summary claims") {
  model::Suite suite = small_suite();
  set_failed(suite.cases[0], "boost_flat", "element 17: expected 5, got 9");
  suite.cases[0].variants[1].summary.speedup = model::Interval{777, 770, 780};
  suite.cases[0].variants[1].summary.verdict = model::Verdict::wins;
  suite.cases[0].best.variant = "boost_flat";
  suite.findings.clear();
  for (const TextFormat format : {TextFormat::console, TextFormat::markdown, TextFormat::csv}) {
    const std::string text = suite_text(suite, {.format = format, .verbose = true});
    CAPTURE(text);
    CHECK(has(text, "element 17: expected 5"));
    for (const char* claim : {"777", "770", "780"}) CHECK_FALSE(has(text, claim));
  }
  const std::string line = case_line(suite.cases[0], 1, 3, {.width = 200});
  CHECK(has(line, "boost_flat FAILED: element 17"));
  CHECK_FALSE(has(line, "777"));
}

TEST_CASE("lines fit into 80 columns, or into the width when it is larger") {
  for (const bool verbose : {false, true}) {
    CHECK(longest_line(console(realistic_suite(), {.verbose = verbose})) <= 80);
    CHECK(longest_line(console(realistic_suite(), {.width = 20, .verbose = verbose})) <= 80);
    CHECK(longest_line(console(realistic_suite(), {.width = 120, .verbose = verbose})) <= 120);
    CHECK(longest_line(console(hostile_suite(std::string(10'000, 'w')), {.verbose = verbose})) <= 80);
  }
  CHECK(longest_line(console(realistic_suite(), {.width = 120})) > 80);
}

TEST_CASE("lines break where a reader would: a size keeps its speed-up, a title is not cut, a machine is one part") {
  CHECK(wrapped("arena at 1,000 (6.16x), 100,000 (4.22x)", "", 36) == "arena at 1,000 (6.16x),\n100,000 (4.22x)\n");
  CHECK(wrapped("a (one two three four five six seven) b", "", 20) == "a (one two three\nfour five six seven)\nb\n");
  CHECK(wrapped("a (b", "", 20) == "a (b\n");
  model::Suite suite = small_suite();
  suite.environment.cpu_model = "A Processor Of Some Sixty Characters So That Two Do Not Fit";
  suite.environment.cpus_online = 2;
  suite.cases[0].title = std::string(66, 't') + " and the end of a long title";
  const std::string text = console(suite);
  CHECK(text.starts_with("2026-11-21 07:44 UTC\nA Processor"));
  CHECK(has(text, "\n             and the end of a long title\n"));
}

TEST_CASE("a limit is named when its column is shown") {
  model::Suite suite = small_suite();
  suite.cases[0].variants[0].limit = model::LimitUse{"disk_syncs", "syncs/s", 1e3, 1, 0, 1, 1};
  suite.cases[0].variants[0].summary.limit_share = 0.25;
  CHECK_FALSE(has(console(suite), "disk syncs"));
  CHECK(has(console(suite, {.verbose = true}), "disk syncs"));
}

TEST_CASE("a case that was left out is told once, not for each of its variants") {
  model::Suite suite = small_suite();
  suite.cases[0].status = model::Status::skipped;
  suite.cases[0].reason = "no time left";
  for (model::Variant& variant : suite.cases[0].variants) {
    set_skipped(suite.cases[0], variant.name, "its baseline did not run");
  }
  stats::judge(suite);
  const std::string text = console(suite);
  CHECK(has(text, ". memory/maps at 100,000 keys: no time left"));
  CHECK_FALSE(has(text, "its baseline"));
  CHECK(has(text, "0 cases measured (0 results) in 1.50 s; no failure; 1 skipped"));
  set_failed(suite.cases[0], "boost_flat", "element 3: expected 1, got 2");
  CHECK(has(console(suite), "x memory/maps/boost_flat at 100,000 keys: element 3: expected 1, got 2"));
}

TEST_CASE("a best that cannot be told from the baseline is marked") {
  model::Suite suite = small_suite();
  model::Variant& flat = suite.cases[0].variants[1];
  flat.summary.speedup = model::Interval{1.1, 0.98, 3.37};
  flat.summary.verdict = model::Verdict::undecided;
  CHECK(has(line_with(console(suite), "0.980x to 3.37x"), "~  boost_flat"));
  CHECK(has(console(suite), "  ~ not told apart from the baseline\n"));
  CHECK(has(case_line(suite.cases[0], 1, 1, {.width = 200}), "boost_flat 1.10x (0.980x to 3.37x, undecided)"));
  CHECK_FALSE(has(console(small_suite()), "~ not told apart"));
}

TEST_CASE("winning at some sizes and losing at none pays off; losing without winning never does") {
  model::Suite suite = realistic_suite();
  for (model::Case& item : suite.cases) {
    if (item.problem != "maps") continue;
    for (model::Variant& variant : item.variants) {
      const bool lost = variant.summary.verdict == model::Verdict::loses;
      if (lost && item.size == 1000) variant.summary.verdict = model::Verdict::undecided;
    }
  }
  suite.findings[0].variants[1].crossover.reset();
  const ProblemView maps = problems_of(suite)[0];
  CHECK(pays_off(maps, suite.findings[0].variants[1]));
  CHECK_FALSE(pays_off(maps, suite.findings[0].variants[2]));
  CHECK(only_loses(maps, "std_map"));
  CHECK_FALSE(only_loses(maps, "absl_flat"));
  const ProblemView sort = problems_of(suite)[3];
  CHECK(pays_off(sort, suite.findings[3].variants[0]));
  suite.findings[3].variants[0].crossover.reset();
  CHECK_FALSE(pays_off(sort, suite.findings[3].variants[0]));
}

TEST_CASE("colour is used when asked and carries no meaning alone") {
  const std::string plain = console(realistic_suite());
  std::string colored = console(realistic_suite(), {.color = true});
  CHECK_FALSE(has(plain, "\x1b"));
  CHECK(has(colored, "\x1b[32m"));
  for (std::size_t at; (at = colored.find('\x1b')) != std::string::npos;) {
    colored.erase(at, colored.find('m', at) - at + 1);
  }
  CHECK(colored == plain);
}

TEST_CASE("verbose shows every measured variant at every size") {
  const model::Suite suite = realistic_suite();
  const std::string text = console(suite, {.width = 160, .verbose = true});
  for (const model::Case& item : suite.cases) {
    for (const model::Variant& variant : item.variants) {
      if (!is_measured(variant)) continue;
      CAPTURE(variant.name);
      CHECK(has(text, format_duration_ns(variant.summary.wall_ns)));
      if (variant.summary.speedup) CHECK(has(text, format_ratio(variant.summary.speedup->estimate)));
    }
  }
}

TEST_CASE("an incomplete run says what is missing; no cases is said") {
  model::Suite suite = small_suite();
  suite.complete = false;
  suite.missing = {"cpu/sort at 1000000", "io/lines at 4096"};
  CHECK(has(unwrapped(console(suite)), "Incomplete: 2 cases are missing: cpu/sort at 1000000, io/lines at 4096."));
  CHECK(has(markdown(suite), "> Incomplete: 2 cases are missing"));
  CHECK(has(console(model::Suite{}), "No case was measured."));
  CHECK(has(markdown(model::Suite{}), "No case was measured."));
  CHECK(lines_of(csv(model::Suite{})).size() == 1);
}

TEST_CASE("a line for a finished case gives the answer at once") {
  const model::Suite suite = realistic_suite();
  const std::string line = case_line(suite.cases[4], 5, 26, {.width = 200});
  CHECK(line.starts_with("[5/26] memory/allocation at 100,000 nodes: arena 5."));
  CHECK(has(line, "pmr_pool loses (0.7"));
  CHECK(line.ends_with("\n"));
  model::Case skipped = suite.cases[0];
  skipped.status = model::Status::skipped;
  skipped.reason = "needs 9 GiB of memory, the limit is 2 GiB";
  CHECK(case_line(skipped, 1, 0, {}) ==
        "memory/maps at 1,000 keys: skipped: needs 9 GiB of memory, the limit is 2 GiB\n");
}

TEST_CASE("CSV has one row a variant of each case, unrounded, with empty fields for what was not measured") {
  const model::Suite suite = realistic_suite();
  const std::vector<std::string> lines = lines_of(csv(suite));
  std::size_t variants = 0;
  for (const model::Case& item : suite.cases) variants += item.variants.size();
  REQUIRE(lines.size() == variants + 1);
  const auto fields = [](const std::string& line) { return std::ranges::count(line, ',') + 1; };
  for (const std::string& line : lines) {
    if (!has(line, "\"")) CHECK(fields(line) == fields(lines[0]));
  }
  std::ostringstream speedup;
  speedup.precision(17);
  const std::string row = line_with(csv(suite), "memory,maps,keys,5000000,large,boost_flat");
  const std::string digits = row.substr(row.find(",wins,") + 6);
  CHECK(std::stod(digits) == suite.cases[2].variants[1].summary.speedup->estimate);
  CHECK(has(line_with(csv(suite), "1000000,large,zstd"), ",failed,\"element 17: expected 5, got 9\",,,,,,,,,,,,"));
}

TEST_CASE("text of the document has no effect on terminal, Markdown or spreadsheet") {
  const std::string hostile = "\x1b[2J<script>|`=x`\r\n\xff\u202E\u2028\"";
  for (const TextFormat format : {TextFormat::console, TextFormat::markdown, TextFormat::csv}) {
    const std::string text = suite_text(hostile_suite(hostile), {.format = format, .verbose = true});
    for (const char* bad : {"\x1b", "\r", "\xff", "\u202E", "\u2028"}) CHECK_FALSE(has(text, bad));
    if (format == TextFormat::markdown) CHECK_FALSE(has(text, "<script>"));
  }
  CHECK(csv_text("=1+1") == "'=1+1");
  CHECK(csv_text("a,\"b\"") == "\"a,\"\"b\"\"\"");
}

TEST_CASE("numbers that are not finite are shown as - or left empty") {
  model::Suite suite = small_suite();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  model::Summary& summary = suite.cases[0].variants[1].summary;
  summary.speedup = model::Interval{nan, nan, std::numeric_limits<double>::infinity()};
  summary.spread = nan;
  summary.limit_share = nan;
  for (const TextFormat format : {TextFormat::console, TextFormat::markdown, TextFormat::csv}) {
    const std::string text = suite_text(suite, {.format = format, .verbose = true});
    CAPTURE(text);
    CHECK_FALSE(has(text, "nan"));
    CHECK_FALSE(has(text, "inf"));
  }
}

TEST_CASE("hosts, scaling, conditions and notes are told in every form for people") {
  const model::Suite suite = fleet_suite();
  for (const std::string& text : {unwrapped(console(suite, {.verbose = true})), markdown(suite)}) {
    CHECK(has(text, "4 hosts: slow: node3 takes 1.69x the time"));
    CHECK(has(text, "one fact of their environments differs"));
    CHECK(has(text, "5.10.0 on node4"));
    CHECK(has(text, "strong scaling of 1,000 items: 2 ranks 1.9"));
    CHECK(has(text, "weak scaling from 1,000 items on one rank: 2 ranks 1.9"));
    CHECK(has(text, "Open MPI 4.1.4, 2 ranks on one host"));
    CHECK(has(text, "2 at 2,000: efficiency told by 2000 items"));
  }
  CHECK(has(unwrapped(console(suite)), "node3: 1.69x the time of the typical host (score"));
  CHECK(has(line_with(csv(suite), "ranks_2"), "2 ranks on one host"));
}

TEST_CASE("problems of a large suite are told apart by id, with the last finding of each and each strategy once") {
  constexpr std::size_t kProblems = 40'000;
  model::Suite suite;
  for (const std::uint64_t size : {2U, 1U}) {
    for (std::size_t i = 0; i < kProblems; ++i) {
      model::Case item;
      item.category = "c";
      item.problem = "p" + std::to_string(i);
      item.size = size;
      for (const char* name : {"base", "fast", "base"}) item.variants.emplace_back().name = name;
      suite.cases.push_back(std::move(item));
      suite.findings.emplace_back().category = "c";
      suite.findings.back().problem = "p" + std::to_string(i);
    }
  }
  const std::vector<ProblemView> problems = problems_of(suite);
  REQUIRE(problems.size() == kProblems);
  for (const std::size_t i : {std::size_t{0}, kProblems - 1}) {
    const ProblemView& problem = problems[i];
    CHECK(problem.id == "c/p" + std::to_string(i));
    CHECK(problem.finding == &suite.findings[kProblems + i]);
    REQUIRE(problem.cases.size() == 2);
    CHECK(problem.cases[0] == &suite.cases[kProblems + i]);
    CHECK(problem.strategies == std::vector<std::string_view>{"base", "fast"});
  }
}
