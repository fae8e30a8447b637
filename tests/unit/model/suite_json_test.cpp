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
  CHECK(message_of("{\n\"a\": 1,\n").starts_with("in.json:3: not valid JSON"));
  CHECK(message_of(R"({"elapsed_s": 1e999})").starts_with("in.json: a number in it is too large"));
  CHECK(message_of("[1]").starts_with("in.json: field 'schema' is not 'perfopt.suite'"));
  CHECK(message_of(R"({"schema":"other"})").starts_with("in.json: field 'schema' is not"));
  CHECK(message_of(R"({"schema":"perfopt.suite","schema_version":99,"cases":[]})").find("newer") != std::string::npos);
  CHECK(message_of(R"({"schema":"perfopt.suite","schema_version":1})") == "in.json: suite: field 'cases' is missing");
  const std::string head = R"({"schema":"perfopt.suite","schema_version":1,"cases":[{"category":"c","problem":"p",)";
  CHECK(
      message_of(head + R"("size":-1,"variants":[]}]})").starts_with("in.json: suite.cases[0].size: expected a whole"));
  CHECK(message_of(head + R"("size":1,"variants":7}]})") ==
        "in.json: suite.cases[0].variants: expected an array, found number");
  CHECK(message_of(head + R"("size":1,"variants":[{"name":"x","status":"fine"}]}]})") ==
        "in.json: suite.cases[0].variants[0].status: expected one of ok, skipped, failed, found string");
}

TEST_CASE("a document with fields missing or unknown still reads") {
  const Suite suite =
      model::suite_from_json(R"({"schema":"perfopt.suite","schema_version":1,"cases":[],"later":1})", "in.json");
  CHECK(suite.complete);
  CHECK(suite.cases.empty());
}
