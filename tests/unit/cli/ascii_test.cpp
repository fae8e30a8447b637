// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "perfopt/cli/terminal.hpp"
#include "unit/environment_variable.hpp"

namespace perfopt::cli {
namespace {

TEST_CASE("text in ASCII keeps its width, and its signs apart") {
  CHECK(ascii_text("plain\n") == "plain\n");
  CHECK(ascii_text("▲ ▼ ≈ ±2 · 3 × 4 µs − →") == "^ v ~ ~2 . 3 x 4 us - >");
  CHECK(ascii_text("│▁▄█▏┤─└") == "|.=#|+-+");
  CHECK(ascii_text("\u2800\u2812") == " .");
  CHECK(ascii_text("é😀") == "??");
  CHECK(ascii_text("\xe2\x96") == "?");
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
