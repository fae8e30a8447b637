// SPDX-License-Identifier: Apache-2.0
#include "perfopt/model/comparison_json.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"

using namespace perfopt;
using model::Change;
using model::Comparison;

namespace {

Comparison sample() {
  Comparison comparison;
  comparison.started = "2026-11-21T08:00:00Z";
  comparison.complete = false;
  comparison.method = model::CompareMethod::files;
  comparison.base = {"base", "a.json", "1a2b", "00ff", "google-benchmark", "2026-11-20T08:00:00Z"};
  comparison.settings.fail_on = {"slower", "missing"};
  comparison.settings.family = "holm";
  comparison.settings.cpu = 1;
  comparison.doubts = {{"load", "busy", "wait"}};
  comparison.environment.steal_percent = 0.25;
  model::ComparedBenchmark one;
  one.name = "hostile </script> \xff \xe2\x80\xa8";
  one.verdict = Change::slower;
  one.ratio = model::Interval{1.02, 1.01, 1.03};
  one.p_slower = 0.001;
  one.base = 100;
  one.pairs.log_ratio = {0.02, std::numeric_limits<double>::infinity()};
  one.pairs.base_first = {1, 0};
  one.metrics = {{"instructions", "1", 100, 102, "valgrind", Change::slower, ""},
                 {"peak_rss", "bytes", {}, {}, "rusage", {}, "not told here"}};
  comparison.benchmarks = {one};
  return comparison;
}

std::string message_of(const std::string& text) {
  try {
    (void)model::comparison_from_json(text, "in.json");
  } catch (const BadInput& error) {
    return error.what();
  }
  return "accepted";
}

std::string with_benchmark(const std::string& fields) {
  return R"({"schema":"perfopt.comparison","schema_version":1,"benchmarks":[{)" + fields + "}]}";
}

}  // namespace

TEST_CASE("a comparison that is written reads back the same, and writes the same bytes again") {
  const std::string text = model::to_json_text(sample());
  const Comparison back = model::comparison_from_json(text, "in.json");
  CHECK_FALSE(back.complete);
  CHECK(back.method == model::CompareMethod::files);
  CHECK(back.base.digest == "00ff");
  CHECK(back.settings.fail_on == sample().settings.fail_on);
  CHECK(back.settings.cpu.value() == 1);
  CHECK(back.doubts.at(0).advice == "wait");
  CHECK(back.environment.steal_percent.value() == 0.25);
  const model::ComparedBenchmark& one = back.benchmarks.at(0);
  CHECK(one.name == "hostile </script> \xef\xbf\xbd \xe2\x80\xa8");
  CHECK(one.verdict == Change::slower);
  CHECK(one.ratio.value().high == 1.03);
  CHECK_FALSE(one.sure);
  CHECK_FALSE(one.p_faster);
  CHECK(std::isnan(one.pairs.log_ratio.at(1)));
  CHECK(one.pairs.base_first == std::vector<std::uint32_t>{1, 0});
  CHECK(one.metrics.at(0).verdict.value() == Change::slower);
  CHECK_FALSE(one.metrics.at(1).verdict);
  CHECK(one.metrics.at(1).skipped_reason == "not told here");
  CHECK(model::to_json_text(back) == text);
}

TEST_CASE("what is no comparison is refused with the place and what was expected") {
  const std::string expected = "; expected a document of `perfbench compare --format json`";
  CHECK(message_of("") == "in.json: the file is empty" + expected);
  CHECK(message_of("{\n\"a\": 1,\n") == "in.json:3: broken JSON: it ends too soon; is the file cut off?" + expected);
  CHECK(message_of(std::string("{\n\0}", 4)).starts_with("in.json:2: broken JSON: a zero byte"));
  CHECK(message_of(R"({"elapsed_s": 1e999})") == "in.json: a number in it is too large to be read" + expected);
  CHECK(message_of("[1]") == "in.json: field 'schema' is not 'perfopt.comparison'" + expected);
  CHECK(message_of(R"({"schema":"perfopt.suite","schema_version":1,"cases":[]})").starts_with("in.json: field 'sch"));
  CHECK(message_of(R"({"schema":"perfopt.comparison"})") ==
        "in.json: field 'schema_version' is missing or no whole number");
  CHECK(message_of(R"({"schema":"perfopt.comparison","schema_version":2,"benchmarks":[]})") ==
        "in.json: schema_version 2 is newer than this build reads (1); update perfopt");
  CHECK(message_of(R"({"schema":"perfopt.comparison","schema_version":1})") ==
        "in.json: comparison: field 'benchmarks' is missing");
  CHECK(message_of(with_benchmark(R"("name":"a")")) == "in.json: comparison.benchmarks[0]: field 'verdict' is missing");
  CHECK(message_of(with_benchmark(R"("name":"a","verdict":"worse")")) ==
        "in.json: comparison.benchmarks[0].verdict: expected one of slower, faster, same, inconclusive, missing, "
        "added, failed, found string \"worse\"");
  CHECK(message_of(with_benchmark(R"("name":"a","verdict":"same","ratio":1.02)")) ==
        "in.json: comparison.benchmarks[0].ratio: expected an object, found 1.02");
  CHECK(message_of(with_benchmark(R"("name":"a","verdict":"same","metrics":[{}])")) ==
        "in.json: comparison.benchmarks[0].metrics[0]: field 'metric' is missing");
  CHECK(message_of(with_benchmark(R"("name":"a","verdict":"same","pairs":{"log_ratio":[0,0],"base_first":[1]})")) ==
        "in.json: comparison.benchmarks[0].pairs: columns of 2 and of 1 pairs; the file was changed after it was "
        "written");
}

TEST_CASE("a comparison with fields missing or unknown still reads") {
  const Comparison comparison =
      model::comparison_from_json(with_benchmark(R"("name":"a","verdict":"same","later":1)"), "in.json");
  CHECK(comparison.complete);
  CHECK(comparison.settings.error_rate == 0.01);
  CHECK(comparison.benchmarks.at(0).unit == "ns");
}

TEST_CASE("the comparison kept with the tests is written as it was read") {
  const std::string text = read_file(PERFOPT_SOURCE_DIR "/tests/data/comparison/every_verdict.json");
  CHECK(model::to_json_text(model::comparison_from_json(text, "every_verdict.json")) == text);
}
