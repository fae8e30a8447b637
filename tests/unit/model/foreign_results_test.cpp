// SPDX-License-Identifier: Apache-2.0
#include "perfopt/model/foreign_results.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/model/foreign/reader.hpp"
#include "perfopt/model/suite_json.hpp"

using namespace perfopt;
using doctest::Approx;
using model::Result;
using model::ResultSet;

namespace {

ResultSet sample(const std::string& name) {
  const std::string path = std::string(PERFOPT_SOURCE_DIR) + "/tests/data/results/" + name;
  return model::read_results(read_file(path), path);
}

bool near(const std::vector<double>& found, const std::vector<double>& wanted) {
  return std::ranges::equal(found, wanted, [](double a, double b) { return a == Approx(b); });
}

std::vector<std::string> names(const ResultSet& set) {
  std::vector<std::string> all;
  for (const Result& result : set.results) all.push_back(result.name);
  return all;
}

std::string message_of(const std::string& text) {
  try {
    (void)model::read_results(text, "in.json");
  } catch (const BadInput& error) {
    return error.what();
  }
  return "accepted";
}

bool refused(const std::string& text, const std::string& message) {
  const std::string found = message_of(text);
  if (found.find(message) != std::string::npos) return true;
  MESSAGE("wanted: " << message << "; found: " << found);
  return false;
}

std::string google(const std::string& fields) {
  return R"({"context":{},"benchmarks":[{"name":"BM",)" + fields + "}]}";
}

}  // namespace

TEST_CASE("Google Benchmark: repetitions are samples, a failure is told once, aggregates are left out") {
  const ResultSet set = sample("google_benchmark/repetitions.json");
  CHECK(set.tool == "google-benchmark");
  CHECK(set.started == "2026-11-21T14:09:02Z");
  CHECK(set.environment.host == "lab");
  CHECK(set.environment.cpus_online == 2);
  CHECK(*set.environment.load_average == Approx(0.981934));
  CHECK(set.environment.caches.at(2).name == "L2");
  CHECK(names(set) == std::vector<std::string>{"BM_Sort/64", "BM_Sort/64 [wall]", "BM_Sleep/real_time", "BM_Broken"});
  const Result& sort = set.results.at(0);
  CHECK(sort.metric == "cpu_time");
  CHECK(sort.unit == "ns");
  REQUIRE(sort.samples.size() == 3);
  CHECK(sort.samples.at(0) == Approx(170.15394361));
  CHECK(set.results.at(1).metric == "wall_time");
  CHECK(set.results.at(1).samples.at(0) == Approx(170.52333456));
  CHECK(set.results.at(2).metric == "wall_time");
  CHECK(set.results.at(2).samples.at(1) == Approx(186336.77631));
  CHECK(set.results.at(3).samples.empty());
  CHECK(set.results.at(3).failure == "no such file: data.bin");
}

TEST_CASE("Google Benchmark: aggregates serve where nothing else is there") {
  const ResultSet set = sample("google_benchmark/aggregates.json");
  REQUIRE(names(set) == std::vector<std::string>{"BM_Sort/64", "BM_Sort/64 [wall]"});
  CHECK(near(set.results.at(0).samples, {135.11522396}));
  CHECK(*set.results.at(0).spread == Approx(1.349 * 1.5184472771979101e-02));
}

TEST_CASE("Google Benchmark: rows read one by one give what the tree of the file gives") {
  const std::string context = R"("context": {"host_name": "\"lab\"", "executable": "./benchmarks"})";
  const std::string rows =
      R"("benchmarks" : [ {"name": "BM", "real_time": 2, "cpu_time": 1, "time_unit": "us", "counter": 7, "label": "a"},
  {"more": {"name": "no", "list": [1, {"real_time": 3}]}, "cpu_time": 4, "run_name": "BM",
   "name": "BM/0", "real_time": 5,
   "time_unit": "ns"}, {"name": "other", "real_time": 6, "cpu_time": 6}])";
  const std::string rest = R"("benchmark_count": 3, "more": {"benchmarks": [1], "name": "x"})";
  const ResultSet streamed = perfopt::model::read_results("{" + context + ",\n" + rows + "," + rest + "}", "in.json");
  const ResultSet tree = perfopt::model::read_results("{" + rest + "," + rows + "," + context + "}", "in.json");
  REQUIRE(names(streamed) == std::vector<std::string>{"BM", "BM [wall]", "other", "other [wall]"});
  CHECK(streamed.environment.host == "\"lab\"");
  CHECK(streamed.results.at(0).samples == std::vector<double>{1000, 4});
  CHECK(streamed.results.at(1).samples == std::vector<double>{2000, 5});
  CHECK(streamed.tool == tree.tool);
  CHECK(streamed.environment.host == tree.environment.host);
  REQUIRE(names(streamed) == names(tree));
  for (std::size_t i = 0; i < tree.results.size(); ++i) {
    CHECK(streamed.results[i].samples == tree.results[i].samples);
    CHECK(streamed.results[i].metric == tree.results[i].metric);
  }
}

TEST_CASE("Google Benchmark: what is wrong in the middle of the rows") {
  const std::string good = R"({"name":"BM","real_time":1,"cpu_time":1},)";
  const std::string head = R"({"context":{},"benchmarks":[)" + good;
  CHECK(refused(head + "7]}", "in.json: benchmarks[1]: expected an object, found number"));
  CHECK(refused(head + "[7]]}", "in.json: benchmarks[1]: expected an object, found array"));
  CHECK(refused(head + R"({"name":["BM"]}]})", "in.json: benchmarks[1].name: expected a string, found array"));
  CHECK(refused(head + R"({"name":"BM","real_time":{"a":1}}]})",
                "in.json: benchmarks[1].real_time: expected a number, found object"));
  CHECK(refused(head + "7,\n{]}", "in.json:2: broken JSON: "));  // before what is wrong with a row
  CHECK(refused(head + good, "in.json:1: broken JSON: it ends too soon"));
  CHECK(refused(head + std::string("\n\0]}", 4), "in.json:2: broken JSON: a zero byte"));
}

TEST_CASE("Google Benchmark: fields that are wrong") {
  CHECK(refused(R"({"context":{},"benchmarks":7})", "in.json: benchmarks: expected an array, found number"));
  CHECK(refused(R"({"context":{},"benchmarks":[]})", "in.json: the file of google-benchmark has no results"));
  CHECK(refused(R"({"context":{},"benchmarks":[{}]})", "in.json: benchmarks[0]: field 'name' is missing"));
  CHECK(refused(google(R"("real_time":"1","cpu_time":1)"),
                "in.json: benchmarks[0].real_time: expected a number, found string"));
  CHECK(refused(google(R"("real_time":1,"cpu_time":-1)"),
                "benchmarks[0].cpu_time: expected a number that is not negative"));
  CHECK(refused(google(R"("real_time":1)"), "benchmarks[0]: field 'cpu_time' is missing"));
  CHECK(refused(google(R"("real_time":1,"cpu_time":1,"time_unit":"weeks")"),
                "benchmarks[0].time_unit: 'weeks' is none of ns"));
  CHECK(
      refused(R"({"context":{"num_cpus":-2},"benchmarks":[]})", "in.json: context.num_cpus: expected a whole number"));
}

TEST_CASE("hyperfine: seconds of each run") {
  const ResultSet set = sample("hyperfine/commands.json");
  CHECK(set.tool == "hyperfine");
  REQUIRE(names(set) == std::vector<std::string>{"nothing", "listing"});
  CHECK(set.results.at(0).samples.size() == 5);
  CHECK(set.results.at(0).samples.at(0) == Approx(808300));
}

TEST_CASE("hyperfine: parameters, files without single runs, fields that are wrong") {
  const ResultSet set = model::read_results(
      R"({"results":[{"command":"x","mean":2,"stddev":0.5,"median":1.5,"parameters":{"n":"1","m":2}}]})", "h.json");
  CHECK(set.results.at(0).name == "x (m=2, n=1)");
  CHECK(set.results.at(0).samples == std::vector<double>{1.5e9});
  CHECK(*set.results.at(0).spread == Approx(1.349 * 0.25));
  CHECK(refused(R"({"results":[{"command":"x","times":[1,null]}]})",
                "in.json: results[0].times[1]: expected a number, found null"));
  CHECK(refused(R"({"results":[{"command":"x","times":[1,-1]}]})",
                "results[0].times[1]: expected a number that is not negative"));
  CHECK(refused(R"({"results":[{"command":7,"times":[1]}]})", "results[0].command: expected a string, found number"));
}

TEST_CASE("pytest-benchmark: seconds of a call in each round, and the commit") {
  const ResultSet set = sample("pytest_benchmark/split.json");
  CHECK(set.tool == "pytest-benchmark");
  CHECK(set.started == "2026-11-21T14:09:04Z");
  CHECK(set.environment.cpu_model == "Intel(R) Xeon(R) Processor");
  CHECK(set.environment.compiler == "CPython 3.11.2");
  CHECK(set.commit.empty());
  CHECK(set.branch.empty());
  REQUIRE(names(set) == std::vector<std::string>{"test_words.py::test_split"});
  CHECK(set.results.at(0).samples.size() == 8);
  CHECK(set.results.at(0).samples.at(0) == Approx(1839.539982));
  const ResultSet saved = model::read_results(R"({"machine_info":{},"commit_info":{"id":"abc","branch":"main"},)"
                                              R"("benchmarks":[{"name":"t","stats":{"median":2e-6,"iqr":1e-7}}]})",
                                              "p.json");
  CHECK(saved.commit == "abc");
  CHECK(saved.branch == "main");
  CHECK(near(saved.results.at(0).samples, {2000}));
  CHECK(*saved.results.at(0).spread == Approx(0.05));
  CHECK(refused(R"({"machine_info":{},"benchmarks":[{"name":"t","stats":{}}]})",
                "in.json: benchmarks[0].stats: field 'median' is missing"));
}

TEST_CASE("pyperf: values without warm-ups, metadata inherited") {
  const ResultSet set = sample("pyperf/fields.json");
  CHECK(set.tool == "pyperf");
  CHECK(set.started == "2026-11-21T14:09:05Z");
  CHECK(set.environment.host == "lab");
  REQUIRE(names(set) == std::vector<std::string>{"fields"});
  CHECK(set.results.at(0).samples.size() == 6);
  CHECK(set.results.at(0).samples.at(0) == Approx(1748.5074986));
  const ResultSet bytes = model::read_results(
      R"({"version":"1.0","metadata":{"unit":"byte"},"benchmarks":[{"metadata":{"name":"m"},)"
      R"("runs":[{"warmups":[[1,2]]},{"values":[4096]}]},{"metadata":{"name":"c"},"runs":[{"warmups":[[1,2]]}]}]})",
      "p.json");
  CHECK(bytes.results.at(0).unit == "bytes");
  CHECK(bytes.results.at(0).samples == std::vector<double>{4096});
  CHECK(bytes.results.at(1).failure == "the file has no values of it");
  CHECK(refused(R"({"version":"1.0","metadata":{"unit":"hour"},"benchmarks":[{"runs":[{"values":[1]}]}]})",
                "in.json: benchmarks[0]: unit 'hour' is none of"));
  CHECK(refused(R"({"version":"1.0","benchmarks":[{"runs":[{"values":[1e308]}]}]})",
                "in.json: benchmark 'benchmark': a time in it is too large"));
}

TEST_CASE("nanobench: epochs, divided by the batch") {
  const ResultSet set = sample("nanobench/sorting.json");
  CHECK(set.tool == "nanobench");
  REQUIRE(names(set) == std::vector<std::string>{"sorting/reverse 64"});
  CHECK(set.results.at(0).samples.size() == 5);
  CHECK(set.results.at(0).samples.at(0) == Approx(16.4276353 / 64));
  CHECK(refused(R"_({"results":[{"name":"n","batch":0,"median(elapsed)":1}]})_",
                "in.json: results[0].batch: a batch of 0"));
  const ResultSet summary = model::read_results(
      R"_({"results":[{"name":"n","median(elapsed)":1e-6,"medianAbsolutePercentError(elapsed)":0.01}]})_", "n.json");
  CHECK(near(summary.results.at(0).samples, {1000}));
  CHECK(*summary.results.at(0).spread == Approx(0.02));
}

TEST_CASE("JMH: times become nanoseconds, rates operations a second") {
  const ResultSet set = sample("jmh/parse.json");
  CHECK(set.tool == "jmh");
  CHECK(set.environment.compiler == "OpenJDK 64-Bit Server VM 17.0.15+6-Debian-1deb12u1");
  REQUIRE(names(set) == std::vector<std::string>{"org.example.Parse.number:digits=8:sign=true",
                                                 "org.example.Parse.number:digits=8:sign=true [thrpt]",
                                                 "org.example.Parse.text [sample]"});
  CHECK(set.results.at(0).samples == std::vector<double>{2000, 2250, 2500, 2500, 2750, 3000});
  CHECK_FALSE(set.results.at(0).higher_is_better);
  CHECK(near(set.results.at(1).samples, {4e5, 5e5}));
  CHECK(set.results.at(1).unit == "ops/s");
  CHECK(set.results.at(1).higher_is_better);
  CHECK(near(set.results.at(2).samples, {750000}));
  CHECK(refused(R"([{"benchmark":"b","mode":"avgt","primaryMetric":{"scoreUnit":"pints/op"}}])",
                "in.json: [0].primaryMetric.scoreUnit: 'pints/op' is no time"));
  CHECK(refused(R"([{"benchmark":"b","mode":"avgt","primaryMetric":{"scoreUnit":"s/op","rawData":[["NaN"]]}}])",
                "rawData[0][0]: expected a number, found string"));
}

TEST_CASE("Criterion: samples, estimates and the messages of cargo-criterion") {
  const ResultSet samples = sample("criterion/split/whitespace/600/new/sample.json");
  CHECK(samples.tool == "criterion");
  REQUIRE(names(samples) == std::vector<std::string>{"split/whitespace/600"});
  CHECK(samples.results.at(0).samples.size() == 10);
  CHECK(samples.results.at(0).samples.at(0) == Approx(3557880.0 / 6108));
  const ResultSet estimates = sample("criterion/split/whitespace/600/new/estimates.json");
  CHECK(names(estimates) == names(samples));
  CHECK(near(estimates.results.at(0).samples, {599.5105258}));
  CHECK(*estimates.results.at(0).spread == Approx(1.349 * 10.621992603 / 599.5105258));
  const ResultSet messages = sample("criterion/messages.json");
  CHECK(names(messages) == names(samples));
  CHECK(messages.results.at(0).samples == std::vector<double>{600, 630, 590});
  CHECK(refused(R"({"iters":[1,2],"times":[5]})", "in.json: iters: there are not as many as times"));
  CHECK(refused(R"({"iters":[0],"times":[5]})", "in.json: iters[0]: expected a number above 0"));
  CHECK(refused("{\"reason\":\"group-complete\"}\n{\"reason\":", "in.json:2: broken JSON"));
  CHECK(refused(R"({"reason":"benchmark-complete","unit":"ns"})", "in.json:1: field 'id' is missing"));
}

TEST_CASE("go test -bench: time, bytes and allocations of each -count") {
  const ResultSet set = sample("go_bench/words.txt");
  CHECK(set.tool == "go");
  CHECK(set.environment.cpu_model == "Intel(R) Xeon(R) Processor");
  REQUIRE(set.results.size() == 9);
  CHECK(set.results.at(0).name == "BenchmarkFields");
  CHECK(set.results.at(0).samples == std::vector<double>{2162, 2579, 2525});
  CHECK(set.results.at(1).name == "BenchmarkFields [B/op]");
  CHECK(set.results.at(1).unit == "bytes");
  CHECK(set.results.at(1).samples == std::vector<double>{4864, 4864, 4864});
  CHECK(set.results.at(3).name == "BenchmarkSplit/sep=,");
  CHECK(set.results.at(8).name == "BenchmarkSplit/sep=; [allocs/op]");
}

TEST_CASE("go test -bench: CPUs, packages, failures, lines that are wrong") {
  CHECK(names(model::read_results("BenchmarkA-1 5 1 ns/op\nBenchmarkA-2 5 1 ns/op\n", "g")) ==
        std::vector<std::string>{"BenchmarkA-1", "BenchmarkA-2"});
  CHECK(names(model::read_results("pkg: a\nBenchmarkA 5 1 ns/op\npkg: b\nBenchmarkA 5 1 ns/op\n", "g")) ==
        std::vector<std::string>{"a.BenchmarkA", "b.BenchmarkA"});
  const ResultSet failed =
      model::read_results("goos: linux\n--- FAIL: BenchmarkB\nBenchmarkA-8 5 1.5 ns/op 2 x/s\n", "g");
  CHECK(failed.results.at(0).failure == "it failed; see the output of go test");
  CHECK(failed.results.at(2).higher_is_better);
  CHECK(refused("goos: linux\nBenchmarkA-8 5 1.x ns/op\n",
                "in.json:2: expected a number that is not negative, found '1.x'"));
  CHECK(refused("BenchmarkA-8 5 nan ns/op\n", "in.json:1: expected a number"));
  CHECK(refused("BenchmarkA-8 5 1 ns/op 7\n", "in.json:1: '7' has no unit"));
  CHECK(refused("goos: linux\nPASS\n", "in.json: the file of go has no results"));
}

TEST_CASE("a Suite: measured and failed variants, paired with the baseline of their case") {
  model::Suite suite;
  suite.environment.commit = "abc";
  model::Case one;
  one.category = "cpu";
  one.problem = "sort";
  one.size = 16;
  one.variants.resize(4);
  one.variants[0].name = "naive";
  one.variants[0].rounds.wall_ns = {3, 4};
  one.variants[1].name = "fast";
  one.variants[1].rounds.wall_ns = {1, 2};
  one.variants[1].output_digest = "00ff";
  suite.settings.seed = 7;
  one.variants[2].name = "wrong";
  one.variants[2].status = model::Status::failed;
  one.variants[2].reason = "differs at 7";
  one.variants[3].name = "absent";
  one.variants[3].status = model::Status::skipped;
  suite.cases = {one};
  const ResultSet set = model::read_results(model::to_json_text(suite), "s.json");
  CHECK(set.tool == "perfopt");
  CHECK(set.origin == "s.json");
  CHECK(set.commit == "abc");
  REQUIRE(names(set) == std::vector<std::string>{"cpu/sort/naive/16", "cpu/sort/fast/16", "cpu/sort/wrong/16"});
  CHECK(set.results.at(0).baseline.empty());
  CHECK(set.results.at(1).baseline == "cpu/sort/naive/16");
  CHECK(set.results.at(1).samples == std::vector<double>{1, 2});
  CHECK(set.results.at(1).checksum == "00ff");
  CHECK(set.results.at(1).input == "seed 7");
  CHECK(set.results.at(2).failure == "differs at 7");
}

TEST_CASE("names that are there twice are told apart") {
  CHECK(names(model::read_results(R"({"results":[{"command":"x","times":[1]},{"command":"x","times":[2]},)"
                                  R"({"command":"x #2","times":[3]},{"command":"x","times":[4]}]})",
                                  "h.json")) == std::vector<std::string>{"x", "x #2", "x #2 #2", "x #3"});
}

TEST_CASE("what is no file of results is refused in one line") {
  using Names = std::vector<std::string>;
  CHECK(refused("", "in.json: no results of a tool that is known (perfopt, Google Benchmark, "));
  CHECK(refused(" \n", "the file is empty"));
  CHECK(refused("{\n\"context\": {},\n", "in.json:3: broken JSON: it ends too soon; is the file cut off?"));
  CHECK(refused(R"({"context":1e999})", "in.json: a number in it is too large"));
  CHECK(refused("{}", "it is JSON of something else"));
  CHECK(refused("[]", "it is JSON of something else"));
  CHECK(refused("7", "it is text of something else"));
  CHECK(refused("hello\n", "it is text of something else"));
  CHECK(refused(std::string("\x7f"
                            "ELF\0\0",
                            6),
                "it is a program (ELF)"));
  CHECK(refused(std::string("x\0", 2), "it is no text"));
  CHECK(refused("\x1f\x8b\b", "it is compressed with gzip; unpack it with gzip -d"));
  CHECK(refused("\xff\xfe{", "it is text in UTF-16; save it as UTF-8"));
  CHECK(refused("<!DOCTYPE html>", "it is a web page (HTML)"));
  CHECK(refused("{\n\"context\": NaN}", "in.json:2: broken JSON: 'NaN}' is no number of JSON; null stands for"));
  for (const std::string& word : Names{"nan", "-nan", "NaN", "inf", "-inf", "INF", "Infinity", "-Infinity"}) {
    CHECK(refused("{\"context\": " + word + " }", "broken JSON: '" + word + "' is no number of JSON; null stands for"));
  }
  for (const std::string& word : Names{"config", "info", "unfinished", "nanosecond", "trouble"}) {
    CHECK(refused("{\"context\": " + word + " }", "broken JSON: '" + word + "' is not expected there"));
  }
  CHECK(refused("{\"a\xff\": 1}", "in.json:1: broken JSON: a byte that is not UTF-8"));
  CHECK(refused(std::string("{\n\0}", 4), "in.json:2: broken JSON: a zero byte"));
  CHECK(refused(R"({"schema":"perfopt.comparison"})", "it is a document 'perfopt.comparison'"));
  CHECK(refused(R"({"schema":"perfopt.suite","schema_version":1})", "in.json: suite: field 'cases' is missing"));
  CHECK(refused(std::string(100'000, '['), "broken JSON"));
  CHECK(refused(std::string(100'000, '[') + std::string(100'000, ']'), "it is JSON of something else"));
  for (const Result& result : model::read_results("\xEF\xBB\xBF{\"iters\":[1],\"times\":[5]}", "x").results) {
    CHECK(result.samples == std::vector<double>{5});
  }
}

TEST_CASE("times of day become UTC") {
  using model::foreign::utc;
  CHECK(utc("2026-11-21T14:09:02+00:00") == "2026-11-21T14:09:02Z");
  CHECK(utc("2026-03-01T00:30:00.125+01:00") == "2026-02-28T23:30:00Z");
  CHECK(utc("2026-12-31 23:30:00-0530") == "2027-01-01T05:00:00Z");
  CHECK(utc("2026-11-21 14:09:05.628180") == "2026-11-21T14:09:05Z");
  CHECK(utc("2026-13-21T14:09:02Z").empty());
  CHECK(utc("2026-11-21").empty());
  CHECK(utc("2026-11-21T14:09:02 Monday").empty());
  CHECK(utc("11/21/26 14:09:02").empty());
}
