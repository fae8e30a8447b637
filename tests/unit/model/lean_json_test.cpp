// SPDX-License-Identifier: Apache-2.0
#include "perfopt/model/lean_json.hpp"

#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

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
  ASSERT_TRUE(lean) << text;
  const Json whole = Json::parse(text);
  ASSERT_TRUE(lean->contains("a"));
  const Json& list = (*lean)["a"];
  ASSERT_EQ(list_size(list), whole["a"].size()) << text;
  EXPECT_EQ(plain_array(list).dump(), whole["a"].dump()) << text;
}

TEST(LeanJson, ColumnHoldsWhatTheArrayHolds) {
  for (const std::size_t count : {0U, 1U, 15U, 16U, 17U, 1000U}) {
    expect_same("{\"a\":[" + numbers(count) + "]}");
    expect_same("{\"a\": [ " + numbers(count, " ,\n ") + " ] , \"b\": 1}");
    expect_same("{\"a\":[" + numbers(count) + (count == 0 ? "" : ",") + "null,-1,2.5e-300,1e5,-0.25]}");
  }
}

TEST(LeanJson, ArrayThatTurnsOutMixedIsKeptWhole) {
  for (const std::string last : {"\"x,1\"", "true", "[1,2]", "{\"k\":[1]}"}) {
    expect_same("{\"a\":[" + numbers(20) + "," + last + "]}");
    expect_same("{\"a\":[" + numbers(20) + "," + last + "," + numbers(20) + "]}");
    expect_same("{\"a\":[" + last + "," + numbers(20) + "]}");
  }
}

TEST(LeanJson, LongArrayIsAColumnAndAShortOneIsNot) {
  BrokenJson broken;
  const std::string text = "{\"a\":[" + numbers(kLongColumn - 1) + "],\"b\":[" + numbers(kLongColumn) + "]}";
  const auto lean = parse_lean(text, {}, broken);
  ASSERT_TRUE(lean);
  EXPECT_FALSE(is_column((*lean)["a"]));
  EXPECT_TRUE(is_column((*lean)["b"]));
  EXPECT_EQ(type_of((*lean)["b"]), "array");
}

TEST(LeanJson, NumbersKeepTheirKindAndValue) {
  BrokenJson broken;
  const std::string text =
      "[18446744073709551615,18446744073709551616,-1,-9223372036854775808,0.1,null,1e-400,-0,1E2," + numbers(16) + "]";
  const auto lean = parse_lean(text, {}, broken);
  ASSERT_TRUE(lean);
  ASSERT_TRUE(is_column(*lean));
  NumberReader reader(*lean);
  EXPECT_EQ(reader.next().whole, 18446744073709551615U);
  const Number beyond = reader.next();
  EXPECT_EQ(beyond.kind, Number::Kind::real);
  EXPECT_EQ(beyond.real, 18446744073709551616.0);
  EXPECT_EQ(reader.next().negative, -1);
  EXPECT_EQ(reader.next().negative, std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(reader.next().value(), 0.1);
  EXPECT_EQ(reader.next().kind, Number::Kind::null);
  EXPECT_EQ(reader.next().value(), 0);
  EXPECT_EQ(reader.next().value(), 0);
  EXPECT_EQ(reader.next().value(), 100);
}

TEST(LeanJson, StreamedElementsComeOnceInOrder) {
  BrokenJson broken;
  std::vector<std::string> seen;
  const StreamedArray streamed{"cases", [&](std::size_t index, const Json& element) {
                                 seen.push_back(std::to_string(index) + "=" + element.dump());
                               }};
  const std::string text = R"({"x":{"cases":[1,2]},"cases":[{"a":[1]},7,"s",[3],null],"":[{}],"y":[{"cases":[{}]}]})";
  const auto lean = parse_lean(text, streamed, broken);
  ASSERT_TRUE(lean);
  EXPECT_EQ(seen, (std::vector<std::string>{"0={\"a\":[1]}", "1=7", "2=\"s\"", "3=[3]", "4=null"}));
  EXPECT_EQ(lean->dump(), R"({"x":{"cases":[1,2]},"cases":[],"":[{}],"y":[{"cases":[{}]}]})");
}

TEST(LeanJson, BrokenTextIsToldWithItsByte) {
  for (const std::string text : {"", "{", "[1,2", "{\"a\":[1,]}", "[1] 2", "{\"a\":\"\xff\"}", "nul"}) {
    BrokenJson broken;
    EXPECT_FALSE(parse_lean(text, {}, broken)) << text;
    EXPECT_FALSE(broken.number_too_large) << text;
    EXPECT_LE(broken.byte, text.size() + 1) << text;
  }
  BrokenJson broken;
  EXPECT_FALSE(parse_lean("[" + numbers(20) + ",1e999]", {}, broken));
  EXPECT_TRUE(broken.number_too_large);
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

TEST(LeanJson, LongRoundsAreReadAsTheyStand) {
  const Suite read = suite_from_json(suite(numbers(40) + ",null,-2,0.5", numbers(20)), "x.json");
  const Rounds& rounds = read.cases.at(0).variants.at(0).rounds;
  ASSERT_EQ(rounds.wall_ns.size(), 43U);
  EXPECT_EQ(rounds.wall_ns[39], 39);
  EXPECT_TRUE(std::isnan(rounds.wall_ns[40]));
  EXPECT_EQ(rounds.wall_ns[41], -2);
  EXPECT_EQ(rounds.wall_ns[42], 0.5);
  EXPECT_EQ(rounds.position.back(), 19U);
}

TEST(LeanJson, WrongValueOfALongColumnIsNamed) {
  const std::string place = "x.json: suite.cases[0].variants[0].rounds.";
  EXPECT_EQ(refusal(suite(numbers(20) + ",\"a\"", "")), place + "wall_ns[20]: expected a number, found string");
  EXPECT_EQ(refusal(suite("1", numbers(20) + ",-1")),
            place + "position[20]: expected a whole number of at most 4294967295, found number");
  EXPECT_EQ(refusal(suite("1", numbers(20) + ",4294967296")),
            place + "position[20]: expected a whole number of at most 4294967295, found number");
  EXPECT_EQ(refusal(suite("1", numbers(20) + ",null")),
            place + "position[20]: expected a whole number of at most 4294967295, found null");
}

TEST(LeanJson, AnotherKindOfDocumentIsToldBeforeItsElements) {
  EXPECT_NE(refusal(R"({"cases":[{}],"schema":"other"})").find("field 'schema' is not"), std::string::npos);
  EXPECT_NE(refusal(R"({"schema":"perfopt.suite","schema_version":1,"cases":[{})").find(":1: not valid JSON"),
            std::string::npos);
  EXPECT_EQ(refusal(R"({"schema":"perfopt.suite","schema_version":1,"cases":[{}]})"),
            "x.json: suite.cases[0]: field 'category' is missing");
}

}  // namespace
}  // namespace perfopt::model
