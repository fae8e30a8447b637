// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/gbench_export.hpp"

#include <string>

#include <doctest/doctest.h>

#include "perfopt/core/error.hpp"

using namespace perfopt;

namespace {

model::Suite two_rounds() {
  model::Variant variant;
  variant.name = "naive";
  variant.rounds.wall_ns = {1500, 2000};
  variant.rounds.cpu_ns = {1400, 1900};
  variant.items_per_run = 3;
  model::Variant skipped;
  skipped.name = "absent";
  skipped.status = model::Status::skipped;
  model::Case one;
  one.category = "cpu";
  one.problem = "sort";
  one.size = 16;
  one.instances = 4;
  one.variants = {variant, skipped};
  model::Suite suite;
  suite.cases = {one};
  return suite;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("each round is a repetition with its own times; what was not measured is absent") {
  const std::string json = bench::gbench_json(two_rounds());
  CHECK(has(json, "\"context\""));
  CHECK(has(json, "\"name\": \"cpu/sort/naive/16\""));
  CHECK(has(json, "\"repetition_index\": 1"));
  CHECK(has(json, "\"iterations\": 4"));
  CHECK(has(json, "\"real_time\": 1.5000000000000000e+03"));
  CHECK(has(json, "\"cpu_time\": 1.9000000000000"));
  CHECK_FALSE(has(json, "absent"));
  CHECK(json.ends_with("}\n"));
}

TEST_CASE("unit and context are those that were asked for") {
  const std::string json = bench::gbench_json(two_rounds(), {"us", bench::parse_gbench_context("host=a,note=b=c")});
  CHECK(has(json, "\"time_unit\": \"us\""));
  CHECK(has(json, "\"real_time\": 1.5000000000000000e+00"));
  CHECK(has(json, "\"note\": \"b=c\""));
  CHECK_THROWS_AS((void)bench::parse_gbench_context("a=1,b"), BadInput);
  CHECK_THROWS_AS((void)bench::parse_gbench_context("=1"), BadInput);
}

TEST_CASE("the CSV has a row a round") {
  const std::string csv = bench::gbench_csv(two_rounds());
  CHECK(has(csv, "\"cpu/sort/naive/16\",4,1500,1400,ns"));
  CHECK(has(csv, "\"cpu/sort/naive/16\",4,2000,1900,ns"));
}
