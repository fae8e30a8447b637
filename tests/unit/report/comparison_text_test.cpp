// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/comparison_text.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "perfopt/core/file.hpp"
#include "perfopt/core/process.hpp"
#include "perfopt/core/temp_dir.hpp"
#include "perfopt/core/units.hpp"
#include "perfopt/model/comparison_json.hpp"
#include "perfopt/report/comparison_view.hpp"
#include "perfopt/report/escape.hpp"
#include "perfopt/report/forest_bar.hpp"
#include "unit/report/comparison_fixture.hpp"

using namespace perfopt;
using namespace perfopt::report;
using namespace perfopt::report::testing;
using model::Change;
using Format = ComparisonFormat;

namespace {

constexpr Format kFormats[] = {Format::console, Format::markdown, Format::csv,
                               Format::junit,   Format::github,   Format::sarif};

std::string text_of(const model::Comparison& comparison, Format format) {
  return comparison_text(comparison, {.format = format});
}
std::string console(const model::Comparison& comparison, unsigned width = 100, bool verbose = false) {
  return comparison_text(comparison, {.width = width, .verbose = verbose});
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

std::size_t count(const std::string& text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++found;
  return found;
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

// In the order given.
void check_order(const std::string& text, const std::vector<std::string>& parts) {
  std::size_t last = 0;
  for (const std::string& part : parts) {
    CAPTURE(part);
    const std::size_t at = text.find(part, last);
    REQUIRE(at != std::string::npos);
    last = at;
  }
}

// Names as a benchmark of a hostile or careless author may have them.
const std::vector<std::string>& hostile_texts() {
  static const std::vector<std::string> kTexts = {
      "\"'<script>alert(1)</script>]]>&amp;|`*_[x](y)", "a\r\n::error::b\n|c|\n\x1b[2J\x07",
      "\xe2\x80\xa8\xe2\x80\xae\xff\xfe\xed\xa0\x80\xef\xbf\xbe%0A,:=1+1",
      std::string(10'000, 'w') + "\n" + std::string(10, '<'), std::string("\0zero", 5)};
  return kTexts;
}

// A checker beside the program, or empty with a word about why it was not asked.
std::string checker(std::string_view name) {
  const std::filesystem::path path = find_program(name);
  if (path.empty()) MESSAGE("skipped: " << name << " is not here (scripts/packages test)");
  return path.string();
}

// PERFOPT_<...>: another schema, such as the official one.
std::string schema_path(const char* variable, const char* own) {
  const char* other = std::getenv(variable);
  return other != nullptr ? other : std::string(PERFOPT_SOURCE_DIR) + "/tests/data/comparison/" + own;
}

Finished run(std::vector<std::string> words) {
  Command command;
  command.words = std::move(words);
  return run_to_end(std::move(command), 60);
}

// "" or what the checker said.
std::string findings(std::vector<std::string> words, const std::string& text) {
  const TempDir directory("report-test");
  const std::filesystem::path file = directory.path() / "document";
  write_atomically(file, text);
  words.push_back(file.string());
  const Finished checked = run(std::move(words));
  return checked.exit_code == 0 ? "" : checked.output + " ";
}

}  // namespace

TEST_CASE("a change is told with a sign and as many digits as it bears") {
  CHECK(format_change(1.031) == "+3.1 %");
  CHECK(format_change(0.9988) == "-0.12 %");
  CHECK(format_change(1) == "0.00 %");
  CHECK(format_change(0.99996) == "0.00 %");
  CHECK(format_change(2.204) == "+120 %");
  CHECK(format_change(std::numeric_limits<double>::infinity()) == "-");
  CHECK(share_words(0.02) == "2 %");
  CHECK(share_words(0.0025) == "0.25 %");
  CHECK(share_words(0.3) == "30 %");
}

TEST_CASE("the verdict in one line") {
  CHECK(verdict_line(pull_request()) == "1 slower, 0 faster, 38 the same within 2 %, 1 inconclusive");
  CHECK(verdict_line(every_verdict()) ==
        "1 slower, 1 faster, 1 the same within 2 %, 1 inconclusive, 1 missing, 1 added, 1 failed; 1 second gate is "
        "slower");
  CHECK(verdict_line({}) == "no benchmark was compared");
  model::Comparison comparison = pull_request();
  comparison.complete = false;
  comparison.benchmarks[1].margin = 0.05;
  CHECK(verdict_line(comparison) ==
        "1 slower, 0 faster, 38 the same within their margins, 1 inconclusive; INTERRUPTED");
}

TEST_CASE("what fails is what was asked to: by default slower, always what could not be compared") {
  model::Comparison comparison = every_verdict();
  const auto failing = [&] {
    std::string verdicts;
    for (const model::ComparedBenchmark& benchmark : comparison.benchmarks) {
      if (fails(comparison, benchmark)) verdicts += std::string(change_name(benchmark.verdict)) + " ";
    }
    return verdicts;
  };
  CHECK(failing() == "slower same missing failed ");  // the same in time, but more instructions
  comparison.settings.fail_on = {};
  CHECK(failing() == "slower same failed ");
  comparison.settings.fail_on = {"inconclusive"};
  CHECK(failing() == "inconclusive failed ");
}

TEST_CASE("a line for a benchmark says verdict, size and interval") {
  const model::Comparison comparison = every_verdict();
  const auto line = [&](std::size_t i) { return benchmark_line(comparison.benchmarks[i], 3, 7, {.width = 200}); };
  CHECK(line(0) == "[3/7] parse/json/4096: slower by 3.1 % (2.7 to 3.5 %)\n");
  CHECK(line(1) == "[3/7] hash/find/1000000 (was: hash/lookup/1000000): faster by 5.2 % (4.6 to 5.8 %)\n");
  CHECK(line(2) == "[3/7] sort/pdq/65536: the same within 2 %: +0.20 % (-0.10 to +0.50 %)\n");
  CHECK(line(3) == "[3/7] memory/chase/8MiB: inconclusive: +1.2 % (-0.90 to +3.3 %)\n");
  CHECK(line(4) == "[3/7] csv/write: missing: only the base has it\n");
  CHECK(has(line(6), "zip/round_trip: failed: outputs differ: base"));
  CHECK(benchmark_line(comparison.benchmarks[4], 1, 0, {}) == "csv/write: missing: only the base has it\n");
}

TEST_CASE("the console answers first, then what failed, changed, is open, and what to do") {
  const std::string text = console(every_verdict());
  CHECK(text.starts_with("1 slower, 1 faster"));
  check_order(text, {"FAILED",
                     "zip/round_trip: outputs differ",
                     "Slower",
                     "parse/json/4096",
                     "+3.1 %",
                     "+2.7 to +3.5 %",
                     "12.4 us -> 12.8 us",
                     "Second gates",
                     "instructions (second gate, valgrind)",
                     "Faster",
                     "hash/find",
                     "Inconclusive",
                     "memory/chase",
                     "would have been found: 6.30 %",
                     "Missing",
                     "csv/write",
                     "Added",
                     "csv/write_quoted",
                     "The same within 2 %: 1 benchmark",
                     "doubtful",
                     "load average 1.9",
                     "What to do",
                     "raise --max-time above 60.0 s",
                     "at most 1 %",
                     "on CPU 1",
                     "base: build/base/bench, commit 1a2b3c4d5e6f"});
  CHECK_FALSE(has(text, "sort/pdq/65536  "));
  CHECK(has(console(every_verdict(), 100, true), "sort/pdq/65536  "));
}

TEST_CASE("those that are the same are counted, and listed when asked") {
  CHECK_FALSE(has(console(pull_request()), "kernel/7"));
  const std::string text = console(pull_request(), 120, true);
  for (int i = 0; i < 38; ++i) CHECK(has(text, "kernel/" + std::to_string(i) + " "));
  CHECK(has(unwrapped(text), "CPU time: the body computes 99 % of its time"));
}

TEST_CASE("lines fit the width from 60 columns on") {
  for (const unsigned width : {20U, 60U, 80U, 100U, 120U, 200U}) {
    for (const bool verbose : {false, true}) {
      for (const model::Comparison& comparison :
           {every_verdict(), pull_request(), two_files(), hostile_comparison(hostile_texts()[3])}) {
        for (const std::string& line : lines_of(console(comparison, width, verbose))) {
          CAPTURE(line);
          CHECK(character_count(line) <= std::max(width, 60U));
        }
      }
    }
  }
  CHECK(has(console(pull_request(), 60), "parse/json/4096: +3.1 % (95 %: +2.7 to +3.5 %)"));
}

TEST_CASE("intervals are drawn to one scale with zero and the margin") {
  const auto slower = compared("a", Change::slower, 100, 1.03, 0.005);
  const auto same = compared("b", Change::same, 100, 1, 0.005);
  const auto far = compared("c", Change::slower, 100, 2, 0.005);
  const ForestBar bar({&slower, &same}, 17);
  CHECK(bar.axis() == "-4 %    0    +4 %");
  CHECK(bar.bar(slower) == "    :   |   :[o] ");
  CHECK(bar.bar(same) == "    :  [o]  :    ");
  CHECK(bar.bar(far).back() == '>');
  CHECK(bar.bar(model::ComparedBenchmark{}).empty());
  CHECK(has(console(pull_request(), 120), "-4 %"));
  CHECK_FALSE(has(console(pull_request(), 80), "-4 %"));
}

TEST_CASE("colour is used when asked and carries no meaning alone") {
  std::string colored = comparison_text(every_verdict(), {.color = true});
  CHECK(has(colored, "\x1b[31m"));
  for (std::size_t at; (at = colored.find('\x1b')) != std::string::npos;) {
    colored.erase(at, colored.find('m', at) - at + 1);
  }
  CHECK(colored == console(every_verdict()));
}

TEST_CASE("of two files, the reason and the command that would decide are told") {
  for (const Format format : {Format::console, Format::markdown}) {
    const std::string text = unwrapped(text_of(two_files(), format));
    CHECK(has(text, "two sessions of this machine differ by up to 11 % with nothing changed"));
    CHECK(has(text, "perfbench compare --run build/base/bench build/change/bench"));
    CHECK(has(text, "measured at different times"));
    CHECK(has(text, "by google"));
    CHECK_FALSE(has(text, "--max-time"));
  }
}

TEST_CASE("Markdown: verdict, table of what changed, the rest folded, how sure in words") {
  const std::string text = text_of(every_verdict(), Format::markdown);
  CHECK(text.starts_with("## 1 slower, 1 faster"));
  check_order(text, {"### Failed", "zip/round&#95;trip", "| parse/json/4096 | slower | +3.1 % | +2.7 to +3.5 % |",
                     "| hash/find/1000000 (was: hash/lookup/1000000) | faster |", "### Second gates", "### Missing",
                     "### Inconclusive", "### What to do", "<details><summary>1 benchmark the same within 2 %",
                     "sort/pdq/65536", "<summary>Added", "<summary>How sure", "at most 1 % of such comparisons",
                     "<summary>Measured on"});
  CHECK(count(text, "<details>") == count(text, "</details>"));
  CHECK(has(text_of(model::Comparison{}, Format::markdown), "## no benchmark was compared"));
}

TEST_CASE("the error rate of the family is told for what it is") {
  model::Comparison comparison = pull_request();
  comparison.settings.family = "bh";
  comparison.settings.error_rate = 0.05;
  CHECK(has(unwrapped(console(comparison)), "Of the benchmarks called slower or faster, 5 % are unchanged on average"));
}

TEST_CASE("CSV has a line for the verdict and one for each other figure, with equal numbers of fields") {
  const std::vector<std::string> lines = lines_of(text_of(every_verdict(), Format::csv));
  REQUIRE(lines.size() == 1 + 7 + 3);
  for (const std::string& line : lines) {
    CAPTURE(line);
    if (!has(line, "\"")) CHECK(count(line, ",") == count(lines[0], ","));
  }
  CHECK(lines[1].starts_with("parse/json/4096,,verdict,cpu_time,ns,slower,yes,12400,12784.4"));
  CHECK(lines[4].starts_with("sort/pdq/65536,,gate,instructions,1,slower,,8100000,8400000,1.037"));
  CHECK(lines[6].ends_with(",counters,perf_event_open: no such file or directory"));
}

TEST_CASE("JUnit: what fails is a failure, what has no answer is skipped, and the counts are right") {
  const std::string text = text_of(every_verdict(), Format::junit);
  CHECK(has(line_with(text, "<testsuite "), R"(tests="7" failures="4" errors="0" time="48.500" skipped="2")"));
  CHECK(has(line_with(text, "<testsuite "), R"(timestamp="2026-11-21T09:30:00")"));
  CHECK(count(text, "<failure ") == 4);
  CHECK(count(text, "<skipped ") == 2);
  CHECK(has(text, R"(<failure type="slower" message="slower: +3.1 % (95 %: +2.7 % to +3.5 %) over 16 pairs)"));
  CHECK(has(text, R"(<failure type="second-gate" message="same: )"));
  CHECK(has(text, R"(<failure type="missing")"));
  CHECK(has(text, R"(<skipped message="inconclusive: )"));
  model::Comparison strict = every_verdict();
  strict.settings.fail_on = {"inconclusive"};
  CHECK(has(text_of(strict, Format::junit), R"(<failure type="inconclusive")"));
  CHECK_FALSE(has(text_of(strict, Format::junit), R"(<failure type="slower")"));
}

TEST_CASE("JUnit XML is well-formed and valid, whatever the names are") {
  const std::string xmllint = checker("xmllint");
  if (xmllint.empty()) return;
  std::vector<model::Comparison> all = {every_verdict(), pull_request(), two_files(), {}};
  for (const std::string& text : hostile_texts()) all.push_back(hostile_comparison(text));
  const std::vector<std::string> words = {xmllint, "--noout", "--nonet", "--schema",
                                          schema_path("PERFOPT_JUNIT_XSD", "junit.xsd")};
  for (const model::Comparison& comparison : all) CHECK(findings(words, text_of(comparison, Format::junit)).empty());
  CHECK_FALSE(findings(words, "<testsuites><testcase/></testsuites>").empty());
}

TEST_CASE("SARIF has the required structure, and names only rules that it has") {
  const std::string python = checker("python3");
  if (python.empty()) return;
  if (run({python, "-c", "import jsonschema"}).exit_code != 0) {
    MESSAGE("skipped: python3-jsonschema is not here (scripts/packages test)");
    return;
  }
  std::vector<model::Comparison> all = {every_verdict(), pull_request(), two_files(), {}};
  for (const std::string& text : hostile_texts()) all.push_back(hostile_comparison(text));
  const std::string script = R"(
import json, sys, jsonschema
schema, log = (json.load(open(path, encoding='utf-8')) for path in sys.argv[1:])
jsonschema.validate(log, schema)
for run in log['runs']:
  rules = run['tool']['driver']['rules']
  for result in run['results']:
    assert rules[result['ruleIndex']]['id'] == result['ruleId'], result
)";
  const std::vector<std::string> words = {python, "-c", script,
                                          schema_path("PERFOPT_SARIF_SCHEMA", "sarif.schema.json")};
  for (const model::Comparison& comparison : all) CHECK(findings(words, text_of(comparison, Format::sarif)) == "");
  CHECK_FALSE(findings(words, R"({"version": "2.1.0"})").empty());
}

TEST_CASE("SARIF has one result for each failure, and for what is slower") {
  const std::string text = text_of(every_verdict(), Format::sarif);
  CHECK(count(text, "\"ruleId\"") == 4);
  for (const char* rule : {"slower", "second-gate", "missing", "failed"}) {
    CHECK(has(text, "\"ruleId\": \"" + std::string(rule) + "\""));
  }
  CHECK(has(text, R"("uri": "build/change/bench")"));
  model::Comparison lenient = pull_request();
  lenient.settings.fail_on = {"missing"};
  CHECK(has(text_of(lenient, Format::sarif), R"("level": "warning")"));
}

TEST_CASE("GitHub: errors, warnings and notices, each on one line, the worst first") {
  const std::string text = text_of(every_verdict(), Format::github);
  CHECK(has(text, "::error title=parse/json/4096 is slower::+3.1 %25 (95 %25: +2.7 %25 to +3.5 %25) over 16 pairs"));
  CHECK(has(text, "::error title=zip/round_trip is not compared::outputs differ"));
  CHECK(has(text, "::error title=csv/write is missing::only the base has it"));
  CHECK(has(text, "::error title=sort/pdq/65536%3A instructions::instructions (second gate, valgrind): +3.7 %25"));
  CHECK(has(text, "::warning title=memory/chase/8MiB is inconclusive::"));
  CHECK(has(text, "::notice title=perfbench compare::1 slower, 1 faster"));
  CHECK(has(text, "::notice title=hash/find/1000000 (was%3A hash/lookup/1000000) is faster::"));
}

TEST_CASE("GitHub shows ten of a kind: the tenth counts the rest") {
  model::Comparison comparison = pull_request();
  for (model::ComparedBenchmark& benchmark : comparison.benchmarks) benchmark.verdict = Change::slower;
  const std::string text = text_of(comparison, Format::github);
  CHECK(count(text, "::error ") == 10);
  CHECK(has(text, "::error title=31 more::"));
}

TEST_CASE("hostile names break no format") {
  for (const std::string& hostile : hostile_texts()) {
    for (const Format format : kFormats) {
      const std::string text = comparison_text(hostile_comparison(hostile), {.format = format, .verbose = true});
      CAPTURE(static_cast<int>(format));
      for (const char* bad : {"\x1b", "\r", "\x07", "\xff", "\xed\xa0\x80", "\u2028", "\u202E", "\uFFFE"}) {
        CHECK_FALSE(has(text, bad));
      }
      CHECK(text.find('\0') == std::string::npos);
      if (format == Format::markdown || format == Format::junit) {
        CHECK_FALSE(has(text, "<script>"));
        CHECK_FALSE(has(text, "]]>"));
      }
      if (format == Format::markdown) CHECK_FALSE(has(text, "|`"));
      if (format != Format::github) continue;
      for (const std::string& line : lines_of(text)) {
        const bool known = line.starts_with("::error title=") || line.starts_with("::warning title=") ||
                           line.starts_with("::notice title=");
        CHECK(known);
      }
    }
  }
}

TEST_CASE("numbers that are not finite are shown as - or left empty") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  model::Comparison comparison = every_verdict();
  for (model::ComparedBenchmark& benchmark : comparison.benchmarks) {
    benchmark.ratio = model::Interval{nan, -infinity, infinity};
    benchmark.base = benchmark.changed = benchmark.detectable = nan;
    benchmark.margin = benchmark.seconds = infinity;
    benchmark.reason.clear();
    benchmark.metrics = {{"instructions", "1", nan, infinity, "valgrind", Change::slower, ""}};
  }
  comparison.elapsed_s = infinity;
  comparison.settings.error_rate = comparison.settings.max_time_s = nan;
  for (const Format format : kFormats) {
    const std::string text = comparison_text(comparison, {.format = format, .width = 160, .verbose = true});
    CAPTURE(text);
    CHECK_FALSE(has(text, "nan"));
    CHECK_FALSE(has(text, "inf "));
    CHECK_FALSE(has(text, "inf,"));
  }
}

TEST_CASE("the document kept with the tests is what the fixture makes") {
  CHECK(model::to_json_text(every_verdict()) ==
        read_file(PERFOPT_SOURCE_DIR "/tests/data/comparison/every_verdict.json"));
}
