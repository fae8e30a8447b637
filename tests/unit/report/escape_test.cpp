// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/escape.hpp"

#include <doctest/doctest.h>

using namespace perfopt::report;

TEST_CASE("what is not printable UTF-8 becomes U+FFFD, byte by byte") {
  CHECK(printable("naïve 5 µs 🚀") == "naïve 5 µs 🚀");
  CHECK(printable("a\nb\tc") == "a b c");
  CHECK(printable(std::string_view("a\0b", 3)) == "a\uFFFDb");
  CHECK(printable("\x1b[31m") == "\uFFFD[31m");
  CHECK(printable("\xC0\xAF") == "\uFFFD\uFFFD");
  CHECK(printable("\xED\xA0\x80") == "\uFFFD\uFFFD\uFFFD");
  CHECK(printable("\xF4\x90\x80\x80").size() == 12);
  CHECK(printable("x\xE2\x82") == "x\uFFFD\uFFFD");
  CHECK(printable("\u0085\u2028\u2029\u202E\u2066\uFEFF") == "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD");
}

TEST_CASE("a text is cut between characters and ends in three dots") {
  CHECK(printable("éééééé", 6) == "éééééé");
  CHECK(printable("ééééééé", 6) == "ééé...");
  CHECK(printable("abcdef", 2) == "..");
  CHECK(character_count(html_text(std::string(10'000, 'x'), 64)) == 64);
}

TEST_CASE("HTML and Markdown text cannot become markup") {
  CHECK(html_text("<a href='x'>&\"") == "&lt;a href=&#39;x&#39;&gt;&amp;&quot;");
  CHECK(markdown_text("`|*_[x](y)<b>") == "&#96;&#124;&#42;&#95;&#91;x&#93;(y)&lt;b&gt;");
  CHECK(html_text("&lt;") == "&amp;lt;");
  CHECK(html_breakable("a_b/<c>") == "a_<wbr>b/<wbr>&lt;c&gt;");
  CHECK(html_breakable("12_4567", 5) == "12...");
}
