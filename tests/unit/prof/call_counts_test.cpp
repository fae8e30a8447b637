// SPDX-License-Identifier: Apache-2.0
// What the tracers of --mode calls leave, read; and the tracers themselves, on real interpreters.
#include "perfopt/prof/record/call_counts.hpp"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include <doctest/doctest.h>

#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/core/process.hpp"
#include "perfopt/core/temp_dir.hpp"
#include "perfopt/model/v8_coverage.hpp"
#include "perfopt/prof/record/call_tracers.hpp"

using namespace perfopt;
using namespace perfopt::prof;
namespace fs = std::filesystem;

namespace {

using Counts = std::map<std::string, std::uint64_t>;  // by "root;...;leaf"

CallSink into(Counts& counts) {
  return [&counts](std::span<const ScriptName> stack, std::uint64_t calls) {
    std::string text;
    for (const ScriptName& name : stack) text += (text.empty() ? "" : ";") + name.function;
    counts[text] += calls;
  };
}

// Runs a script under the tracers and returns the directory's files of that kind.
Counts traced(const fs::path& interpreter, const std::string& suffix, const std::string& script) {
  const TempDir directory("perfopt-test");
  const fs::path file = directory.path() / ("script" + suffix);
  std::ofstream(file) << script;
  TargetCommand target;
  install_call_tracers(directory.path(), target);
  Command command;
  command.words = {interpreter.string(), file.string()};
  command.environment = target.environment;
  const Finished finished = run_to_end(command, 60);
  CAPTURE(finished.output);
  CHECK(finished.exit_code == 0);
  Counts counts;
  for (const auto& entry : fs::directory_iterator(directory.path())) {
    const std::string name = entry.path().filename();
    std::ifstream text(entry.path());
    if (name.starts_with("python-")) CHECK(read_call_tree(text, model::Language::python, into(counts)) == 0);
    if (name.starts_with("bash-")) CHECK(read_shell_trace(text, into(counts)) == 0);
  }
  for (const auto& entry : fs::directory_iterator(directory.path() / "node")) {
    for (const auto& call : model::read_v8_coverage(read_file(entry.path()), "coverage")) {
      if (call.url.ends_with(suffix)) {
        counts[call.function + ":" + std::to_string(model::line_at_utf16(script, call.offset))] += call.calls;
      }
    }
  }
  return counts;
}

}  // namespace

TEST_CASE("a tree of calls becomes stacks; damaged lines are counted and their numbers kept") {
  std::istringstream text(
      "-1\t1\t1\tx.py\t<module>\n"
      "0\t3\t5\tx.py\touter\n"
      "garbage\n"
      "1\t30\t9\tx.py\tinner\n"
      "9\t1\t1\tx.py\tfuture\n"
      "2\t4\t1\tx.py\tbelow\n"
      "1\t7");
  Counts counts;
  CHECK(read_call_tree(text, model::Language::python, into(counts)) == 3);
  CHECK(counts == Counts{{"<module>", 1}, {"<module>;outer", 3}, {"<module>;outer;inner", 30}, {"[damaged];below", 4}});
}

TEST_CASE("a shell's trace counts commands by the functions around them") {
  std::istringstream text(
      "\x02perfopt\x1f\x1fx.sh\x1f"
      "1\x1f"
      "f\n"
      "\x02perfopt\x1f"
      "f main\x1fx.sh\x1f"
      "2\x1fx=1\n"
      "\x02perfopt\x1f"
      "f main\x1fx.sh\x1f"
      "2\x1f"
      "echo 'a\n"
      "b'\n"
      "\x02\x02perfopt\x1f"
      "f main\x1fx.sh\x1f"
      "3\x1f"
      "echo c\n"
      "\x02"
      "damaged\n");
  Counts counts;
  CHECK(read_shell_trace(text, into(counts)) == 1);
  CHECK(counts == Counts{{"main;f", 1}, {"main;f;echo", 2}});
}

TEST_CASE("Python's calls are counted exactly, by stack, in forks and threads too") {
  const fs::path python = find_program("python3");
  if (python.empty()) {
    MESSAGE("skipped: there is no python3 here");
    return;
  }
  Counts counts = traced(python, ".py",
                         "import os, threading\n"
                         "def leaf(x): return -x\n"
                         "def mid(n):\n"
                         "    for i in range(n): leaf(i)\n"
                         "def numbers(n):\n"
                         "    for i in range(n): yield i\n"
                         "for i in range(10): mid(100)\n"
                         "sum(numbers(50))\n"
                         "sorted([3, 1, 2], key=leaf)\n"
                         "t = threading.Thread(target=mid, args=(5,)); t.start(); t.join()\n"
                         "if os.fork() == 0:\n"
                         "    mid(7)\n"
                         "    os._exit(0)\n"
                         "os.wait()\n");
  std::uint64_t leaves = 0;
  std::uint64_t generators = 0;
  for (const auto& [stack, calls] : counts) {
    if (stack.ends_with(";leaf")) leaves += calls;
    if (stack.ends_with(";numbers")) generators += calls;
  }
  CHECK(leaves == 1000 + 3 + 5 + 7);
  CHECK(generators == 1);
  CHECK(counts["<module>;mid"] == 11);
  CHECK(counts["<module>;mid;leaf"] == 1007);
  CHECK(counts["<module>;sorted;leaf"] == 3);
}

TEST_CASE("bash's calls are counted exactly, whatever IFS is") {
  Counts counts = traced("/bin/bash", ".sh",
                         "f() { local i; for i in 1 2 3; do g \"$i\"; done; }\n"
                         "g() { IFS=,; : \"$1\"; }\n"
                         "f\n"
                         "(f)\n"
                         "x=$(g a)\n");
  CHECK(counts["main;f"] == 2);
  CHECK(counts["main;f;g"] == 6);
  CHECK(counts["main;g"] == 1);
  CHECK(counts["main;f;g;:"] == 6);
}

TEST_CASE("node's calls are counted exactly, with the line of the function") {
  const fs::path node = find_program("node");
  if (node.empty()) {
    MESSAGE("skipped: there is no node here");
    return;
  }
  Counts counts = traced(node, ".js",
                         "// größe 😀\n"
                         "function leaf(x) { return -x; }\n"
                         "function mid(n) {\n"
                         "  for (let i = 0; i < n; i++) leaf(i);\n"
                         "}\n"
                         "for (let i = 0; i < 10; i++) mid(100);\n"
                         "function never() {}\n");
  CHECK(counts["leaf:2"] == 1000);
  CHECK(counts["mid:3"] == 10);
  CHECK_FALSE(counts.contains("never:7"));
}

TEST_CASE("a coverage file that is none is refused with the place") {
  CHECK_THROWS_WITH_AS((void)model::read_v8_coverage("{", "c.json"), "c.json: no JSON", BadInput);
  CHECK_THROWS_AS((void)model::read_v8_coverage("{\"result\": 3}", "c.json"), BadInput);
  CHECK_THROWS_AS(
      (void)model::read_v8_coverage(R"({"result": [{"url": "x", "functions": [{"ranges": []}]}]})", "c.json"),
      BadInput);
}
