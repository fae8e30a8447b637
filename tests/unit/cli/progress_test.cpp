// SPDX-License-Identifier: Apache-2.0
#include "perfopt/cli/progress.hpp"

#include <string>

#include <doctest/doctest.h>

#include "perfopt/cli/terminal.hpp"

using namespace perfopt::cli;

TEST_CASE("the line says what runs, how many of how many, and the time left, in any width") {
  CHECK(progress_line("cpu/sort at 10", 5, 20, 80, 80) ==
        "[=====>              ] 5/20  cpu/sort at 10  1 min 20 s left");
  CHECK(progress_line("cpu/sort at 10", 20, 20, 0, 80) == "[====================] 20/20  cpu/sort at 10");
  CHECK(progress_line("cpu/sort at 10", 5, 20, 9.2, 40) == "5/20  cpu/sort at 10  10 s left");
  CHECK(progress_line("x\ny\x1b[2J", 0, 0, 0, 80) == "[>                   ] 0/0  x y [2J");
  for (unsigned width = 1; width < 90; ++width) {
    CHECK(progress_line("memory/columns_random at 1,048,576", 5, 20, 3600, width).size() <= width);
  }
}

TEST_CASE("the live line is wiped before a lasting one and at the end, and redrawn at most ten times a second") {
  std::string written;
  {
    ProgressLine line(true, [&](std::string_view text) { written += text; }, [] { return 80U; });
    line.show("a", 0, 2, 0);
    line.show("b", 1, 2, 0);
    CHECK(written.find("  b") == std::string::npos);
    line.print("kept");
    CHECK(written.ends_with("  a\r\x1b[Kkept\n"));
    line.show("c", 1, 2, 0);
    CHECK(written.ends_with("  c"));
  }
  CHECK(written.ends_with("  c\r\x1b[K"));
}

TEST_CASE("off a terminal there is no live line, and lasting lines stand alone") {
  std::string written;
  {
    ProgressLine line(false, [&](std::string_view text) { written += text; }, [] { return 80U; });
    line.show("a", 0, 2, 0);
    line.print("kept");
  }
  CHECK(written == "kept\n");
}

TEST_CASE("a message is one line whatever it carries") {
  CHECK(one_line("a\nb\r\n\tc\x1b[0m\n") == "a b c [0m");
  CHECK(one_line("") == "");
}
