// SPDX-License-Identifier: Apache-2.0
// Function stacks of living shells.
#include "perfopt/prof/languages/bash_reader.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "unit/prof/live_script.hpp"

using namespace perfopt;
using namespace perfopt::prof;

namespace {

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : " ") + name;
  return text;
}

bool readable(const LiveScript& live) {
  if (live.opened.reader != nullptr) return true;
  MESSAGE("skipped: " << live.opened.why_not);
  return false;
}

}  // namespace

TEST_CASE("functions of a script and of a file that it sources, with their lines") {
  LiveScript live("/bin/bash", ".sh",
                  "outer() {\n"                                               // 1
                  "  local where=$1\n"                                        // 2
                  "  echo 'sourced() { : > \"$1\"; while :; do :; done; }\n"  // 3
                  "sourced \"$1\"' > \"$where.sourced\"\n"                    // 4
                  "  source \"$where.sourced\" \"$where\"\n"                  // 5
                  "}\n"                                                       // 6
                  "\n"                                                        // 7
                  "outer \"$1\"\n");                                          // 8
  if (!readable(live)) return;
  CHECK(joined(live.frames_at(live.pid(), "sourced:1")) == "sourced:1 source:2 outer:5 main:8");
  std::vector<ScriptFrame> found;
  REQUIRE(live.opened.reader->read(live.pid(), found) == ReadEnd::complete);
  CHECK(live.names.at(found[0].name).file == (live.script().parent_path() / "ready.sourced").string());
  CHECK(live.names.at(found[3].name).file == live.script().string());
  CHECK(live.names.at(found[3].name).language == model::Language::shell);
}

TEST_CASE("deep recursion of shell functions") {
  LiveScript live("/bin/bash", ".sh",
                  "down() {\n"
                  "  if (($1 == 0)); then : > \"$2\"; while :; do :; done; fi\n"
                  "  down $(($1 - 1)) \"$2\"\n"
                  "}\n"
                  "down 100 \"$1\"\n");
  if (!readable(live)) return;
  const auto frames = live.frames_at(live.pid(), "down:2");
  REQUIRE(frames.size() == 102);
  CHECK(frames[0] == "down:2");
  CHECK(frames[1] == "down:3");
  CHECK(frames[100] == "down:3");
  CHECK(frames[101] == "main:5");
}

TEST_CASE("a script without functions is at its line") {
  LiveScript live("/bin/bash", ".sh", "# a comment\n\n: > \"$1\"\nwhile :; do\n  x=1\ndone\n");
  if (!readable(live)) return;
  auto frames = live.frames(live.pid());
  for (int i = 0; i < 1000 && joined(frames) == "main:3"; ++i) {  // it has just said that it is there
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    frames = live.frames(live.pid());
  }
  REQUIRE(frames.size() == 1);
  CHECK((frames[0] == "main:4" || frames[0] == "main:5"));
}

TEST_CASE("a subshell is read like its parent") {
  LiveScript live("/bin/bash", ".sh",
                  "work() { echo $BASHPID > \"$1.pid\"; : > \"$1\"; while :; do :; done; }\n"
                  "( work \"$1\" )\n");
  if (!readable(live)) return;
  std::ifstream file(live.script().parent_path() / "ready.pid");
  pid_t child = 0;
  REQUIRE((file >> child));
  AddressSpace space;
  REQUIRE(space.load(child, live.modules));
  live.opened = open_reader(child, space, live.modules, live.names);
  REQUIRE(live.opened.reader != nullptr);
  CHECK(joined(live.frames(child)) == "work:1 main:2");
}

TEST_CASE("a shell that has ended has no frames") {
  LiveScript live("/bin/bash", ".sh", ": > \"$1\"\nwhile :; do :; done\n");
  if (!readable(live)) return;
  live.kill();
  CHECK(live.frames(live.pid()).empty());
}
