// SPDX-License-Identifier: Apache-2.0
// Frames of living Python processes, of each version that is installed here.
#include "perfopt/prof/languages/python_reader.hpp"

#include <sys/types.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "unit/prof/live_script.hpp"

using namespace perfopt;
using namespace perfopt::prof;
namespace fs = std::filesystem;

namespace {

using Names = std::vector<std::string>;

// An interpreter itself: what pyenv puts into PATH is a script that starts it.
fs::path python(const std::string& version) {
  const char* home = std::getenv("HOME");
  std::error_code error;
  if (home != nullptr) {
    for (const auto& entry : fs::directory_iterator(fs::path(home) / ".pyenv/versions", error)) {
      const fs::path program = entry.path() / "bin" / ("python" + version);
      if (fs::exists(program, error)) return program;
    }
  }
  return find_program("python" + version);
}

std::string joined(const Names& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : " ") + name;
  return text;
}

// Runs `check` on the script under each version that is here.
void with_each(const std::string& script, const std::function<void(LiveScript&, const std::string&)>& check) {
  for (const std::string version : {"3.11", "3.12", "3.13"}) {
    CAPTURE(version);
    const fs::path interpreter = python(version);
    if (interpreter.empty()) {
      MESSAGE("skipped: there is no python", version, " here");
      continue;
    }
    LiveScript live(interpreter, ".py", script);
    REQUIRE_MESSAGE(live.opened.reader != nullptr, live.opened.why_not);
    CHECK(live.opened.reader->name() == "python " + version);
    check(live, version);
  }
}

const std::string kReady = "import sys, time\ndef ready():\n    open(sys.argv[-1], 'w').close()\n    time.sleep(60)\n";

}  // namespace

TEST_CASE("functions, methods, comprehensions and generators with their lines") {
  const std::string script = kReady +
                             "class Größe:\n"                                 // 5
                             "    def method(self, n):\n"                     // 6
                             "        return [inner(i) for i in range(n)]\n"  // 7
                             "def inner(i):\n"                                // 8
                             "    x = i\n"                                    // 9
                             "    return sum(\n"                              // 10
                             "        generator(x))\n"                        // 11
                             "def generator(x):\n"                            // 12
                             "    yield 1\n"                                  // 13
                             "    yield from 深い(x)\n"                       // 14
                             "def 深い(x):\n"                                 // 15
                             "    yield ready()\n"                            // 16
                             "Größe().method(3)\n";                           // 17
  with_each(script, [](LiveScript& live, const std::string& version) {
    const Names frames = live.frames_at(live.pid(), "ready:4");
    Names expected{"ready:4", "深い:16", "generator:14", "inner:10", "Größe.method:7", "<module>:17"};
    if (version == "3.11") expected.insert(expected.begin() + 4, "Größe.method.<locals>.<listcomp>:7");
    CHECK(joined(frames) == joined(expected));
    std::vector<ScriptFrame> found;
    REQUIRE(live.opened.reader->read(live.pid(), found) == ReadEnd::complete);
    CHECK(live.names.at(found.front().name).file == live.script());
    CHECK(live.names.at(found.front().name).first_line == 2);
    CHECK(live.names.at(found.front().name).language == model::Language::python);
    CHECK(found.back().entry);
    CHECK(found.back().loop != 0);
    // sum() is C code that asks the generator.
    const auto entries = std::ranges::count_if(found, &ScriptFrame::entry);
    CHECK(entries == (version == "3.11" ? 3 : 2));
  });
}

TEST_CASE("deep recursion is read to the root") {
  const std::string script = kReady +
                             "def down(n):\n"
                             "    return ready() if n == 0 else down(n - 1)\n"
                             "down(500)\n";
  with_each(script, [](LiveScript& live, const std::string&) {
    const Names frames = live.frames_at(live.pid(), "ready:4");
    REQUIRE(frames.size() == 503);
    CHECK(frames.front() == "ready:4");
    CHECK(std::ranges::count(frames, "down:6") == 501);
    CHECK(frames.back() == "<module>:7");
  });
}

TEST_CASE("each thread has its own frames, and C code between starts a loop") {
  const std::string script = kReady +
                             "import threading, re\n"                        // 5
                             "def key(x):\n    time.sleep(60)\n"             // 6, 7
                             "def sorter():\n    sorted([2, 1], key=key)\n"  // 8, 9
                             "def replacer():\n    re.sub('a', key, 'a')\n"  // 10, 11
                             "a = threading.Thread(target=sorter, daemon=True); a.start()\n"
                             "b = threading.Thread(target=replacer, daemon=True); b.start()\n"
                             "open(sys.argv[-1] + '.ids', 'w').write(f'{a.native_id} {b.native_id}')\n"
                             "time.sleep(0.2)\n"
                             "ready()\n";
  with_each(script, [](LiveScript& live, const std::string&) {
    std::ifstream file(live.script().parent_path() / "ready.ids");
    pid_t a = 0;
    pid_t b = 0;
    REQUIRE((file >> a >> b));
    const Names sorting = live.frames(a);
    REQUIRE(sorting.size() == 5);
    CHECK(sorting[0] == "key:7");
    CHECK(sorting[1] == "sorter:9");
    CHECK(sorting[2].starts_with("Thread.run:"));
    const Names replacing = live.frames(b);
    REQUIRE(replacing.size() == 6);
    CHECK(replacing[0] == "key:7");
    CHECK(replacing[1].starts_with("sub:"));
    CHECK(replacing[2] == "replacer:11");
    CHECK(joined(live.frames_at(live.pid(), "ready:4")) == "ready:4 <module>:16");
    std::vector<ScriptFrame> found;
    REQUIRE(live.opened.reader->read(a, found) == ReadEnd::complete);
    CHECK(found[0].entry);  // entered by sorted()
    CHECK(found[0].loop != 0);
  });
}

TEST_CASE("a program that calls all the time is seldom torn, and its ends are met") {
  const std::string script = kReady.substr(0, kReady.find("    time.sleep")) +
                             "def leaf(x): return x\n"
                             "def pair(x): return leaf(x) + leaf(x + 1)\n"
                             "def top():\n"
                             "    while True: pair(1)\n"
                             "ready()\n"
                             "top()\n";
  with_each(script, [](LiveScript& live, const std::string&) {
    constexpr int kReads = 3000;
    // It may still be on its way back from ready().
    REQUIRE(live.frames_at(live.pid(), "leaf:4").front() == "leaf:4");
    int torn = 0;
    int wrong = 0;
    std::vector<ScriptFrame> frames;
    for (int i = 0; i < kReads; ++i) {
      frames.clear();
      const ReadEnd end = live.opened.reader->read(live.pid(), frames);
      torn += end == ReadEnd::torn ? 1 : 0;
      if (end != ReadEnd::complete || frames.size() < 2) continue;
      const bool rooted = live.names.at(frames.back().name).function == "<module>" &&
                          live.names.at(frames[frames.size() - 2].name).function == "top";
      wrong += rooted && frames.size() <= 4 ? 0 : 1;
    }
    CHECK(torn <= kReads / 50);
    CHECK(wrong <= kReads / 500);
    live.kill();
    frames.clear();
    CHECK(live.opened.reader->read(live.pid(), frames) == ReadEnd::none);
    CHECK(frames.empty());
  });
}

TEST_CASE("a Python that cannot be read is told") {
  const fs::path interpreter = python("3.10");
  if (interpreter.empty()) {
    MESSAGE("skipped: there is no python3.10 here");
    return;
  }
  LiveScript live(interpreter, ".py", kReady + "ready()\n");
  CHECK(live.opened.reader == nullptr);
  CHECK(live.opened.why_not.find("3.11") != std::string::npos);
}
