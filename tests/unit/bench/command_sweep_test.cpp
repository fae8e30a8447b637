// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/compare/command_sweep.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "perfopt/bench/compare/command_words.hpp"
#include "perfopt/core/error.hpp"

using namespace perfopt;
using namespace perfopt::bench;

namespace {

using Texts = std::vector<std::string>;

Texts scan(const char* low, const char* high, const char* step) {
  return scan_sweep("x", low, high, step).values;
}

}  // namespace

TEST_CASE("words are cut as a shell cuts them") {
  CHECK(command_words("a  b\tc ", "") == Texts{"a", "b", "c"});
  CHECK(command_words(R"(echo 'a b' "c 'd'" e\ f)", "") == Texts{"echo", "a b", "c 'd'", "e f"});
  CHECK(command_words(R"(x '' "" y)", "") == Texts{"x", "", "", "y"});
  CHECK(command_words(R"(a'b'"c"d)", "") == Texts{"abcd"});
  CHECK(command_words(R"("a\"b\\c\d\$")", "") == Texts{R"(a"b\c\d$)"});
  CHECK(command_words(R"('a\b')", "") == Texts{R"(a\b)"});
  CHECK(command_words("*.c $HOME", "") == Texts{"*.c", "$HOME"});
}

TEST_CASE("a line that is no command is refused") {
  CHECK_THROWS_WITH_AS((void)command_words("a 'b", "--prepare"), "--prepare: 'a 'b' has a quote that is not closed",
                       BadInput);
  CHECK_THROWS_AS((void)command_words("a \"b", ""), BadInput);
  CHECK_THROWS_AS((void)command_words("a\\", ""), BadInput);
  CHECK_THROWS_AS((void)command_words(" \t", ""), BadInput);
  CHECK_THROWS_AS((void)command_words("", ""), BadInput);
}

TEST_CASE("ranges are exact and written as hyperfine writes them") {
  CHECK(scan("1", "4", "1") == Texts{"1", "2", "3", "4"});
  CHECK(scan("0", "10", "3") == Texts{"0", "3", "6", "9"});
  CHECK(scan("-2", "1", "1") == Texts{"-2", "-1", "0", "1"});
  CHECK(scan("0.3", "0.7", "0.2") == Texts{"0.3", "0.5", "0.7"});
  CHECK(scan("0", "1", "0.1").size() == 11);
  CHECK(scan("0", "1", "0.1").back() == "1.0");
  CHECK(scan("1", "2.0", "0.5") == Texts{"1", "1.5", "2.0"});
  CHECK(scan("0.5", "2", "0.50") == Texts{"0.5", "1.00", "1.50", "2.00"});
  CHECK(scan("-0.5", "0.25", "0.25") == Texts{"-0.5", "-0.25", "0.00", "0.25"});
  CHECK(scan("3", "3", "1") == Texts{"3"});
}

TEST_CASE("what is no range is refused") {
  for (const char* bad : {"", "-", ".", "1e3", "one", "1.2.3", "+1", "1234567890123456", "0x10", " 1"}) {
    CAPTURE(bad);
    CHECK_THROWS_AS((void)scan(bad, "5", "1"), BadInput);
    CHECK_THROWS_AS((void)scan("0", bad, "1"), BadInput);
    CHECK_THROWS_AS((void)scan("0", "5", bad), BadInput);
  }
  CHECK_THROWS_AS((void)scan("5", "1", "1"), BadInput);
  CHECK_THROWS_AS((void)scan("1", "5", "0"), BadInput);
  CHECK_THROWS_AS((void)scan("1", "5", "-1"), BadInput);
  CHECK_THROWS_AS((void)scan("0", "100000", "1"), BadInput);
  CHECK(scan("0", "99999", "1").size() == kMostCombinations);
  CHECK_THROWS_AS((void)scan("0.00000000000001", "99999999999999", "1"), BadInput);
  CHECK_THROWS_AS((void)scan_sweep("", "1", "2", "1"), BadInput);
}

TEST_CASE("lists are cut at commas") {
  CHECK(list_sweep("c", "gcc,clang").values == Texts{"gcc", "clang"});
  CHECK(list_sweep("c", "a,,b,").values == Texts{"a", "", "b", ""});
  CHECK(list_sweep("c", R"(a\,b,c\\,\n)").values == Texts{"a,b", R"(c\)", R"(\n)"});
  CHECK(list_sweep("c", "").values == Texts{""});
}

TEST_CASE("all combinations, the first parameter fastest") {
  const auto all = combinations({{"a", {"1", "2"}}, {"b", {"x", "y", "z"}}});
  REQUIRE(all.size() == 6);
  CHECK(parameters_text(all[0]) == "a=1, b=x");
  CHECK(parameters_text(all[1]) == "a=2, b=x");
  CHECK(parameters_text(all[5]) == "a=2, b=z");
  REQUIRE(combinations({}).size() == 1);
  CHECK(combinations({}).front().empty());
  CHECK_THROWS_AS((void)combinations({{"a", {"1"}}, {"a", {"2"}}}), BadInput);
  const std::vector<std::string> many(1000, "v");
  CHECK_THROWS_AS((void)combinations({{"a", many}, {"b", many}}), BadInput);
}

TEST_CASE("a value is put in once and not looked at again") {
  CHECK(substituted("{a} {b} {c} {a", {{"a", "{b}"}, {"b", "2"}}) == "{b} 2 {c} {a");
  CHECK(substituted("{a}{a}", {{"a", "x"}}) == "xx");
  CHECK(substituted("", {{"a", "x"}}).empty());
}
