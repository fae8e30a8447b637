// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

#include "perfopt/cli/terminal.hpp"
#include "unit/environment_variable.hpp"

namespace perfopt::cli {
namespace {

TEST_CASE("text in ASCII keeps its signs apart") {
  CHECK(ascii_text("plain\n") == "plain\n");
  CHECK(ascii_text("▲ ▼ ≈ ±2 · 3 × 4 µs − →") == "^ v ~ +-2 . 3 x 4 us - ->");
  CHECK(ascii_text("≤1 ≥2 <3 >4 ← › …") == "<=1 >=2 <3 >4 <- > ...");
  CHECK(ascii_text("│█▏┤─└") == "|#|+-+");
  CHECK(ascii_text("\u2800\u2812") == " .");
  CHECK(ascii_text("é😀") == "??");
  CHECK(ascii_text("\xe2\x96") == "?");
}

TEST_CASE("what our charts and tables tell apart by a sign has a sign of its own in ASCII, one column wide") {
  for (const std::vector<std::string>& together :
       std::vector<std::vector<std::string>>{{"●", "■", "▲", "◆", "▼", "+", "x", "*"},       // series of a chart
                                             {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"},  // heights
                                             {"▲", "▼", "=", "?", "−", "+", "✕"},            // changes
                                             {"▲", "◇", "▼", "✕", "≈"},                      // verdicts
                                             {"─", "│", "┊", "●", "├"}}) {                   // intervals
    std::set<std::string> signs;
    for (const std::string& sign : together) {
      CHECK(ascii_text(sign).size() == 1);
      CHECK_MESSAGE(signs.insert(ascii_text(sign)).second, sign);
    }
  }
}

TEST_CASE("a sign that needs more columns takes them from the next gap of its line") {
  CHECK(ascii_text("a  ≤1   b\na  22   b\n") == "a  <=1  b\na  22   b\n");
  CHECK(ascii_text("a…  b c    d") == "a... b c   d");
  CHECK(ascii_text("± 1 µs  x") == "+- 1 us x");
  CHECK(ascii_text("…\n    indented") == "...\n    indented");
}

TEST_CASE("the first variable of the locale that is set decides") {
  const EnvironmentVariable lang("LANG", "de_DE.utf8");
  const EnvironmentVariable type("LC_CTYPE", "");
  {
    const EnvironmentVariable all("LC_ALL", "");
    CHECK(shows_utf8());
  }
  const EnvironmentVariable all("LC_ALL", "C");
  CHECK_FALSE(shows_utf8());
}

}  // namespace
}  // namespace perfopt::cli
