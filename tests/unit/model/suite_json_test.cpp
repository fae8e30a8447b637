// SPDX-License-Identifier: Apache-2.0
#include "perfopt/model/suite_json.hpp"

#include <cmath>
#include <limits>
#include <string>

#include <doctest/doctest.h>

#include "perfopt/core/error.hpp"

using namespace perfopt;
using model::Suite;

namespace {

Suite sample() {
  Suite suite;
  suite.started = "2026-11-21T08:00:00Z";
  suite.complete = false;
  suite.missing = {"cpu/sort at 16"};
  suite.environment.load_average = 0.5;
  suite.environment.doubts = {{"load", "busy", "wait"}};
  model::Case one;
  one.category = "cpu";
  one.problem = "sort";
  one.size = 16;
  model::Variant variant;
  variant.name = "hostile </script> \xff \xe2\x80\xa8";
  variant.status = model::Status::skipped;
  variant.rounds.wall_ns = {1.5, std::numeric_limits<double>::infinity()};
  variant.resources.allocations = 3;
  variant.summary.speedup = model::Interval{2, 1.5, 2.5};
  one.variants = {variant};
  suite.cases = {one};
  return suite;
}

std::string message_of(const std::string& text) {
  try {
    (void)model::suite_from_json(text, "in.json");
  } catch (const BadInput& error) {
    return error.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("a document that is written reads back the same, and writes the same bytes again") {
  const std::string text = model::to_json_text(sample());
  const Suite back = model::suite_from_json(text, "in.json");
  CHECK(back.missing == sample().missing);
  CHECK_FALSE(back.complete);
  CHECK(back.environment.doubts.at(0).advice == "wait");
  CHECK(*back.environment.load_average == 0.5);
  const model::Variant& variant = back.cases.at(0).variants.at(0);
  CHECK(variant.name == "hostile </script> \xef\xbf\xbd \xe2\x80\xa8");
  CHECK(variant.status == model::Status::skipped);
  CHECK(variant.rounds.wall_ns.at(0) == 1.5);
  CHECK(std::isnan(variant.rounds.wall_ns.at(1)));
  CHECK(*variant.resources.allocations == 3);
  CHECK_FALSE(variant.resources.peak_rss_bytes);
  CHECK(variant.summary.speedup->high == 2.5);
  CHECK(model::to_json_text(back) == text);
}

TEST_CASE("what is no Suite document is refused with the place and what was expected") {
  CHECK(message_of("") == "in.json: the file is empty; expected a document of `perfbench --output`");
  CHECK(message_of("{\n\"a\": 1,\n").starts_with("in.json:3: broken JSON: it ends too soon"));
  CHECK(message_of(R"({"elapsed_s": 1e999})").starts_with("in.json: a number in it is too large"));
  CHECK(message_of("[1]").starts_with("in.json: field 'schema' is not 'perfopt.suite'"));
  CHECK(message_of(R"({"schema":"other"})").starts_with("in.json: field 'schema' is not"));
  CHECK(message_of(R"({"schema":"perfopt.suite","schema_version":99,"cases":[]})").find("newer") != std::string::npos);
  CHECK(message_of(R"({"schema":"perfopt.suite","schema_version":1})") == "in.json: suite: field 'cases' is missing");
  const std::string head = R"({"schema":"perfopt.suite","schema_version":1,"cases":[{"category":"c","problem":"p",)";
  CHECK(
      message_of(head + R"("size":-1,"variants":[]}]})").starts_with("in.json: suite.cases[0].size: expected a whole"));
  CHECK(message_of(head + R"("size":1,"variants":7}]})") ==
        "in.json: suite.cases[0].variants: expected an array, found 7");
  CHECK(message_of(head + R"("size":1,"variants":[{"name":"x","status":"fine"}]}]})") ==
        "in.json: suite.cases[0].variants[0].status: expected one of ok, skipped, failed, found string \"fine\"");
}

TEST_CASE("a document with fields missing or unknown still reads") {
  const Suite suite =
      model::suite_from_json(R"({"schema":"perfopt.suite","schema_version":1,"cases":[],"later":1})", "in.json");
  CHECK(suite.complete);
  CHECK(suite.cases.empty());
}

TEST_CASE("a wrong field is told with its line") {
  const std::string head = "{\"schema\": \"perfopt.suite\", \"schema_version\": 1,\n";
  CHECK(message_of(head + "\"cases\": [],\n\"settings\":\n {\"seed\": -3}}") ==
        "in.json:4: suite.settings.seed: expected a whole number of at most 18446744073709551615, found -3");
  const std::string variants = R"({"category":"c","problem":"p","size":1,"variants":[{"name":"a","status":"ok"},)"
                               "\n"
                               R"({"name":"b","status":"ok",)"
                               "\n"
                               R"("rounds":{"wall_ns":[1,2,)"
                               "\n"
                               R"(3,"4"]}}]})";
  CHECK(message_of(head + "\"cases\": [\n" + variants + "]}") ==
        "in.json:6: suite.cases[0].variants[1].rounds.wall_ns[3]: expected a number, found string \"4\"");
  CHECK(message_of(head + "\"cases\": [\n{},\n{}]}") == "in.json:3: suite.cases[0]: field 'category' is missing");
  CHECK(message_of(head + "\"cases\": 7}") == "in.json:2: suite.cases: expected an array, found 7");
}

TEST_CASE("a key that is there twice is refused") {
  const std::string head = "{\"schema\": \"perfopt.suite\", \"schema_version\": 1,\n";
  CHECK(message_of(head + "\"elapsed_s\": 1,\n\"elapsed_s\": 2, \"cases\": []}") ==
        "in.json:3: field 'elapsed_s' is given twice in one object; remove one");
  CHECK(message_of(head + "\"cases\": [],\n\"cases\": []}") ==
        "in.json:3: field 'cases' is given twice in one object; remove one");
}

TEST_CASE("what no run can have measured is refused with its place") {
  const auto changed = [](const auto& change) {
    Suite suite = sample();
    change(suite, suite.cases.at(0).variants.at(0));
    const std::string message = message_of(model::to_json_text(suite));
    const std::size_t path = message.find("suite.");
    return path == std::string::npos ? message : message.substr(path);
  };
  CHECK(changed([](Suite&, model::Variant& v) { v.rounds.wall_ns = {1, -5}; }) ==
        "suite.cases[0].variants[0].rounds.wall_ns[1]: expected a time of at least 0, found -5.0");
  CHECK(changed([](Suite&, model::Variant& v) { v.rounds.cpu_ns = {1, 2, 3}; }) ==
        "suite.cases[0].variants[0].rounds.cpu_ns: has 3 rounds, and wall_ns has 2");
  CHECK(changed([](Suite&, model::Variant& v) { v.summary.speedup = model::Interval{9, 1, 2}; }) ==
        "suite.cases[0].variants[0].summary.speedup.estimate: is 9.0, outside of its interval from 1.0 to 2.0");
  CHECK(changed([](Suite&, model::Variant& v) { v.summary.speedup = model::Interval{-1, -2, 2}; }) ==
        "suite.cases[0].variants[0].summary.speedup.estimate: expected a number of at least 0, found -1.0");
  CHECK(changed([](Suite&, model::Variant& v) { v.summary.speedup = model::Interval{2, 1.96, -5}; }) ==
        "suite.cases[0].variants[0].summary.speedup.high: expected a number of at least 0, found -5.0");
  CHECK(changed([](Suite&, model::Variant& v) { v.summary.speedup = model::Interval{2, 1.96, 0}; }) == "accepted");
  CHECK(changed([](Suite&, model::Variant& v) { v.summary.wall_ns = -3; }) ==
        "suite.cases[0].variants[0].summary.wall_ns: expected a number of at least 0, found -3.0");
  CHECK(changed([](Suite&, model::Variant& v) { v.summary.wall_low_ns = 5; }) ==
        "suite.cases[0].variants[0].summary.wall_ns: is 0.0, outside of its interval from 5.0 to 0.0");
  CHECK(changed([](Suite& suite, model::Variant&) { suite.elapsed_s = -1; }) ==
        "suite.elapsed_s: expected a number of at least 0, found -1.0");
  // What is large, and what is not known, is shown as what it is.
  CHECK(changed([](Suite&, model::Variant& v) { v.rounds.wall_ns = {1e308, 1e308}; }) == "accepted");
  CHECK(changed([](Suite&, model::Variant& v) { v.summary.wall_ns = std::numeric_limits<double>::quiet_NaN(); }) ==
        "accepted");
}
