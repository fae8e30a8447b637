// SPDX-License-Identifier: Apache-2.0
#include "perfopt/model/lean_json.hpp"

#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "perfopt/core/error.hpp"
#include "perfopt/model/suite_json.hpp"

namespace perfopt::model {
namespace {

std::string numbers(std::size_t count, const std::string& separator = ",") {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += (i == 0 ? "" : separator) + std::to_string(i);
  return text;
}

// Equal to what the library itself makes of it, with columns and without.
void expect_same(const std::string& text) {
  BrokenJson broken;
  const auto lean = parse_lean(text, {}, broken);
  REQUIRE(lean);
  const Json whole = Json::parse(text);
  REQUIRE(lean->contains("a"));
  const Json& list = (*lean)["a"];
  REQUIRE(list_size(list) == whole["a"].size());
  CHECK(plain_array(list).dump() == whole["a"].dump());
}

TEST_CASE("a long column holds what the array holds") {
  for (const std::size_t count : {0U, 1U, 15U, 16U, 17U, 1000U}) {
    expect_same("{\"a\":[" + numbers(count) + "]}");
    expect_same("{\"a\": [ " + numbers(count, " ,\n ") + " ] , \"b\": 1}");
    expect_same("{\"a\":[" + numbers(count) + (count == 0 ? "" : ",") + "null,-1,2.5e-300,1e5,-0.25]}");
  }
}

TEST_CASE("an array that turns out mixed is kept whole") {
  for (const std::string last : {"\"x,1\"", "true", "[1,2]", "{\"k\":[1]}"}) {
    expect_same("{\"a\":[" + numbers(20) + "," + last + "]}");
    expect_same("{\"a\":[" + numbers(20) + "," + last + "," + numbers(20) + "]}");
    expect_same("{\"a\":[" + last + "," + numbers(20) + "]}");
  }
}

TEST_CASE("a long array is a column and a short one is not") {
  BrokenJson broken;
  const std::string text = "{\"a\":[" + numbers(kLongColumn - 1) + "],\"b\":[" + numbers(kLongColumn) + "]}";
  const auto lean = parse_lean(text, {}, broken);
  REQUIRE(lean);
  CHECK_FALSE(is_column((*lean)["a"]));
  CHECK(is_column((*lean)["b"]));
  CHECK(type_of((*lean)["b"]) == "array");
}

TEST_CASE("numbers keep their kind and value") {
  BrokenJson broken;
  const std::string text =
      "[18446744073709551615,18446744073709551616,-1,-9223372036854775808,0.1,null,1e-400,-0,1E2," + numbers(16) + "]";
  const auto lean = parse_lean(text, {}, broken);
  REQUIRE(lean);
  REQUIRE(is_column(*lean));
  NumberReader reader(*lean);
  CHECK(reader.next().whole == 18446744073709551615U);
  const Number beyond = reader.next();
  CHECK(beyond.kind == Number::Kind::real);
  CHECK(beyond.real == 18446744073709551616.0);
  CHECK(reader.next().negative == -1);
  CHECK(reader.next().negative == std::numeric_limits<std::int64_t>::min());
  CHECK(reader.next().value() == 0.1);
  CHECK(reader.next().kind == Number::Kind::null);
  CHECK(reader.next().value() == 0);
  CHECK(reader.next().value() == 0);
  CHECK(reader.next().value() == 100);
}

TEST_CASE("streamed elements come once, in order") {
  BrokenJson broken;
  std::vector<std::string> seen;
  const StreamedArray streamed{"cases", [&](std::size_t index, const Json& element) {
                                 seen.push_back(std::to_string(index) + "=" + element.dump());
                               }};
  const std::string text = R"({"x":{"cases":[1,2]},"cases":[{"a":[1]},7,"s",[3],null],"":[{}],"y":[{"cases":[{}]}]})";
  const auto lean = parse_lean(text, streamed, broken);
  REQUIRE(lean);
  CHECK(seen == (std::vector<std::string>{"0={\"a\":[1]}", "1=7", "2=\"s\"", "3=[3]", "4=null"}));
  CHECK(lean->dump() == R"({"x":{"cases":[1,2]},"cases":[],"":[{}],"y":[{"cases":[{}]}]})");
}

TEST_CASE("broken text is told with its byte") {
  for (const std::string text : {"", "{", "[1,2", "{\"a\":[1,]}", "[1] 2", "{\"a\":\"\xff\"}", "nul"}) {
    BrokenJson broken;
    CHECK_FALSE(parse_lean(text, {}, broken));
    CHECK_FALSE(broken.number_too_large);
    CHECK(broken.byte <= text.size() + 1);
  }
  BrokenJson broken;
  CHECK_FALSE(parse_lean("[" + numbers(20) + ",1e999]", {}, broken));
  CHECK(broken.number_too_large);
}

std::string suite(const std::string& wall, const std::string& position) {
  return R"({"schema":"perfopt.suite","schema_version":1,"cases":[{"category":"c","problem":"p","size":1,)"
         R"("variants":[{"name":"v","status":"ok","rounds":{"wall_ns":[)" +
         wall + R"(],"position":[)" + position + "]}}]}]}";
}

std::string refusal(const std::string& text) {
  try {
    (void)suite_from_json(text, "x.json");
  } catch (const BadInput& error) {
    return error.what();
  }
  return "";
}

TEST_CASE("long rounds are read as they stand") {
  const Suite read = suite_from_json(suite(numbers(40) + ",null,2e1,0.5", numbers(43)), "x.json");
  const Rounds& rounds = read.cases.at(0).variants.at(0).rounds;
  REQUIRE(rounds.wall_ns.size() == 43U);
  CHECK(rounds.wall_ns[39] == 39);
  CHECK(std::isnan(rounds.wall_ns[40]));
  CHECK(rounds.wall_ns[41] == 20);
  CHECK(rounds.wall_ns[42] == 0.5);
  CHECK(rounds.position.back() == 42U);
}

TEST_CASE("a wrong value of a long column is named") {
  const std::string place = "x.json: suite.cases[0].variants[0].rounds.";
  CHECK(refusal(suite(numbers(20) + ",\"a\"", "")) == place + "wall_ns[20]: expected a number, found string \"a\"");
  CHECK(refusal(suite("1", numbers(20) + ",-1")) ==
        place + "position[20]: expected a whole number of at most 4294967295, found -1");
  CHECK(refusal(suite("1", numbers(20) + ",4294967296")) ==
        place + "position[20]: expected a whole number of at most 4294967295, found 4294967296");
  CHECK(refusal(suite("1", numbers(20) + ",null")) ==
        place + "position[20]: expected a whole number of at most 4294967295, found null");
}

TEST_CASE("an object of more keys than any document has is refused, keys that repeat included") {
  const auto object = [](std::size_t keys, bool repeats) {
    std::string text = "{\n";
    for (std::size_t i = 0; i < keys; ++i) {
      text += (i == 0 ? "\"" : ",\"") + (repeats ? "a" : std::to_string(i)) + "\":1";
    }
    return text + "}";
  };
  BrokenJson broken;
  CHECK(parse_lean(object(kMostKeys, false), {}, broken));
  for (const bool repeats : {false, true}) {
    CHECK_FALSE(parse_lean(object(kMostKeys + 1, repeats), {}, broken));
    CHECK(broken.too_many_keys);
  }
  CHECK(refusal(object(60'000, false)).starts_with("x.json:2: an object has more than 4096 keys; expected "));
}

TEST_CASE("another kind of document is told before its elements") {
  CHECK(refusal(R"({"cases":[{}],"schema":"other"})").find("field 'schema' is not") != std::string::npos);
  CHECK(refusal(R"({"schema":"perfopt.suite","schema_version":1,"cases":[{})").find(":1: broken JSON") !=
        std::string::npos);
  CHECK(refusal(R"({"schema":"perfopt.suite","schema_version":1,"cases":[{}]})") ==
        "x.json: suite.cases[0]: field 'category' is missing");
}

}  // namespace
}  // namespace perfopt::model
