// SPDX-License-Identifier: Apache-2.0
// Starting what is to be profiled: found as a shell finds it, refused in one clear line, passed through untouched.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <string>
#include <thread>

#include <doctest/doctest.h>

#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/core/temp_dir.hpp"
#include "perfopt/prof/launch/program.hpp"
#include "perfopt/prof/launch/script.hpp"
#include "perfopt/prof/launch/signals.hpp"
#include "perfopt/prof/launch/target.hpp"

using namespace perfopt;
using namespace perfopt::prof;

namespace {

namespace fs = std::filesystem;

fs::path file_of(const TempDir& directory, const std::string& name, const std::string& text, mode_t mode) {
  fs::path path = directory.path() / name;
  std::ofstream(path, std::ios::binary) << text;
  REQUIRE(::chmod(path.c_str(), mode) == 0);
  return path;
}

TargetCommand shell(const std::string& text) {
  TargetCommand command;
  command.words = {"sh", "-c", text};
  command.told = text;
  return command;
}

int end_of(Target& target) {
  for (int i = 0; i < 3000 && !target.ended(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  REQUIRE(target.status());
  return *target.status();
}

int run(const TargetCommand& command) {
  Target target = Target::start(command);
  target.go();
  return end_of(target);
}

template <class Exception>
std::string message_of(const std::vector<std::string>& words) {
  try {
    (void)find_executable(words);
  } catch (const Exception& error) {
    return error.what();
  }
  return "";
}

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a shebang is read as the kernel reads it") {
  CHECK_FALSE(parse_shebang("print(1)\n"));
  CHECK_FALSE(parse_shebang("#"));
  const auto plain = parse_shebang("#! /bin/bash  -e -x \necho\n");
  REQUIRE(plain);
  CHECK(plain->interpreter == "/bin/bash");
  CHECK(plain->argument == "-e -x");
  CHECK(interpreter_of(*plain) == "/bin/bash");
  CHECK(interpreter_of(*parse_shebang("#!/usr/bin/env python3\n")) == "python3");
  CHECK(interpreter_of(*parse_shebang("#!/usr/bin/env -S A=1 node --x\n")) == "node");
  CHECK(interpreter_of(*parse_shebang("#!/usr/bin/env -Snode --x\n")) == "node");
  CHECK(interpreter_of(*parse_shebang("#!/usr/bin/env\n")) == "/usr/bin/env");
  CHECK(parse_shebang("#!\n")->interpreter.empty());
  CHECK(parse_shebang("#!")->interpreter.empty());
  CHECK(parse_shebang("#!/bin/sh")->interpreter == "/bin/sh");
}

TEST_CASE("what cannot be executed is told beforehand, in one line") {
  const TempDir directory("launch");
  const auto in = [&](const std::string& name) { return std::vector<std::string>{(directory.path() / name).string()}; };
  file_of(directory, "data", "echo\n", 0644);
  file_of(directory, "no_interpreter", "#!/no/such/interpreter\n", 0755);
  file_of(directory, "no_env", "#!/usr/bin/env no-such-interpreter\n", 0755);
  file_of(directory, "unnamed", "#!\n", 0755);
  file_of(directory, "circle", "#!" + (directory.path() / "circle").string() + "\n", 0755);
  file_of(directory, "cut",
          "\x7f"
          "ELF",
          0755);
  CHECK(holds(message_of<Unavailable>(in("missing")), "No such file"));
  CHECK(holds(message_of<Unavailable>({directory.path().string()}), "is a directory"));
  CHECK(holds(message_of<Unavailable>(in("data")), "may not be executed"));
  CHECK(holds(message_of<Unavailable>(in("no_interpreter")), "/no/such/interpreter is missing"));
  CHECK(holds(message_of<Unavailable>(in("no_env")), "no-such-interpreter is not in PATH"));
  CHECK(holds(message_of<Unavailable>(in("unnamed")), "names no interpreter"));
  CHECK(holds(message_of<Unavailable>(in("circle")), "lead to no program"));
  CHECK(holds(message_of<Unavailable>(in("cut")), "damaged program"));
  CHECK(holds(message_of<Unavailable>({"no-such-program-here"}), "not found in PATH"));
  CHECK(holds(message_of<BadInput>({}), "no command"));
  CHECK(holds(message_of<BadInput>({""}), "empty word"));
}

TEST_CASE("text without a shebang is the shell's") {
  const TempDir directory("launch");
  const fs::path file = file_of(directory, "text", "exit 5\n", 0755);
  CHECK(find_executable({file.string(), "a"}).words == std::vector<std::string>{"sh", file.string(), "a"});
  TargetCommand command;
  command.words = {file.string()};
  const int status = run(command);
  CHECK(WEXITSTATUS(status) == 5);
}

TEST_CASE("a script is run by its shebang, or by what its suffix says") {
  const TempDir directory("launch");
  const fs::path python = file_of(directory, "a.py", "print(1)\n", 0644);
  const fs::path own = file_of(directory, "own.py", "#!/bin/sh\nexit 3\n", 0755);
  const fs::path tagged = file_of(directory, "tagged", "#!/bin/sh -e\nexit 4\n", 0644);
  const fs::path plain = file_of(directory, "plain", "exit 6\n", 0644);
  CHECK(script_command(python, {"x", "y z"}).words == std::vector<std::string>{"python3", python.string(), "x", "y z"});
  CHECK(script_command(own, {}).words == std::vector<std::string>{own.string()});
  CHECK(script_command(tagged, {}).words == std::vector<std::string>{"/bin/sh", "-e", tagged.string()});
  CHECK(WEXITSTATUS(run(script_command(tagged, {}))) == 4);
  CHECK_THROWS_AS((void)script_command(plain, {}), BadInput);
  CHECK_THROWS_AS((void)script_command(directory.path(), {}), BadInput);
  CHECK_THROWS_AS((void)script_command(directory.path() / "missing.py", {}), BadInput);
  const fs::path lost = file_of(directory, "lost", "#!/no/such/interpreter\n", 0644);
  CHECK_THROWS_AS((void)script_command(lost, {}), Unavailable);
}

TEST_CASE("NODE_OPTIONS keeps what it says already") {
  TargetCommand command;
  command.environment = {"NODE_OPTIONS=--trace-gc", "A=1"};
  prepare_runtimes(command);
  REQUIRE(command.environment.size() == 2);
  CHECK(command.environment[1] == "NODE_OPTIONS=--trace-gc --perf-basic-prof --interpreted-frames-native-stack");
}

TEST_CASE("the command waits for go, and its status is known afterwards") {
  const TempDir directory("launch");
  const fs::path mark = directory.path() / "mark";
  Target target = Target::start(shell("echo \"$A\" >" + mark.string() + "; exit 7"));
  CHECK(target.started_by_us());
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  CHECK_FALSE(fs::exists(mark));
  CHECK_FALSE(target.ended());
  target.go();
  const int status = end_of(target);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 7);
  CHECK(fs::exists(mark));
  CHECK(target.ended());
}

TEST_CASE("a command that was never let go does not run and is no zombie") {
  const TempDir directory("launch");
  const fs::path mark = directory.path() / "mark";
  pid_t pid = 0;
  {
    const Target target = Target::start(shell("echo >" + mark.string()));
    pid = target.pid();
  }
  CHECK(::kill(pid, 0) == -1);
  CHECK_FALSE(fs::exists(mark));
}

TEST_CASE("a signal that killed the command is known") {
  const int status = run(shell("kill -SEGV $$"));
  CHECK(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGSEGV);
}

TEST_CASE("what exec refuses is thrown by go") {
  const TempDir directory("launch");
  const fs::path file = file_of(directory, "broken", std::string("\0\1\2\3", 4), 0755);
  TargetCommand command;
  command.words = {file.string()};
  Target target = Target::start(command);
  CHECK_THROWS_AS(target.go(), Unavailable);
}

TEST_CASE("the command sees our descriptors, environment and signals, and nothing of ours beside them") {
  const TempDir directory("launch");
  const fs::path out = directory.path() / "out";
  // The same without us in between: stdin, stdout, stderr, the directory, and what this test was started with.
  const fs::path bare = directory.path() / "bare";
  REQUIRE(std::system(("ls /proc/self/fd | wc -l >" + bare.string()).c_str()) == 0);
  const UniqueFd ours = open_file(out, O_WRONLY | O_CREAT);  // closed on exec
  // What the program ignores itself is not what it was started with.
  struct sigaction before{};
  ::sigaction(SIGPIPE, nullptr, &before);
  struct sigaction ignore{};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGPIPE, &ignore, nullptr);
  TargetCommand command = shell("ls /proc/self/fd | wc -l >" + out.string() + "; grep SigIgn /proc/$$/status >>" +
                                out.string() + "; echo $EXTRA $HOME >>" + out.string());
  command.environment = {"EXTRA=1"};
  CHECK(run(command) == 0);
  ::sigaction(SIGPIPE, &before, nullptr);
  std::ifstream bare_lines(bare);
  std::string bare_count;
  std::getline(bare_lines, bare_count);
  std::ifstream lines(out);
  std::string count;
  std::string ignored;
  std::string variables;
  std::getline(lines, count);
  std::getline(lines, ignored);
  std::getline(lines, variables);
  CHECK(count == bare_count);
  const auto mask = std::stoull(ignored.substr(ignored.find('\t') + 1), nullptr, 16);
  CHECK(((mask >> static_cast<unsigned>(SIGPIPE - 1)) & 1U) == (before.sa_handler == SIG_IGN ? 1U : 0U));
  const char* home = std::getenv("HOME");
  CHECK(variables == std::string("1 ") + (home == nullptr ? "" : home));
}

TEST_CASE("a process that runs already is attached to, others are refused") {
  CHECK_THROWS_AS(Target::attach(0), BadInput);
  CHECK_THROWS_AS(Target::attach(-5), BadInput);
  CHECK_THROWS_AS(Target::attach(::getpid()), BadInput);
  CHECK_THROWS_AS(Target::attach(0x7fffffff), BadInput);
  Target command = Target::start(shell("exec sleep 60"));
  command.go();
  Target target = Target::attach(command.pid());
  CHECK_FALSE(target.started_by_us());
  CHECK_FALSE(target.ended());
  ::kill(command.pid(), SIGKILL);
  for (int i = 0; i < 1000 && !target.ended(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  CHECK(target.ended());
  CHECK(WIFSIGNALED(end_of(command)));
}

TEST_CASE("SIGTERM is passed on to the command; a second one ends the recording") {
  Target target = Target::start(shell("trap 'exit 9' TERM; trap '' HUP; echo; while :; do sleep 0.05; done"));
  target.go();
  Cancellation cancellation;
  {
    const SignalRelay relay(target, cancellation);
    std::this_thread::sleep_for(std::chrono::milliseconds(300));  // until the traps are set
    ::raise(SIGHUP);
    CHECK_FALSE(cancellation.requested());
    ::raise(SIGHUP);
    CHECK(cancellation.requested());
    CHECK(SignalRelay::ended_by() == SIGHUP);
    CHECK_FALSE(target.ended());
    ::raise(SIGTERM);
  }
  CHECK(WEXITSTATUS(end_of(target)) == 9);
}

TEST_CASE("the first signal ends the recording of a process that ran already") {
  Target command = Target::start(shell("exec sleep 60"));
  command.go();
  Target target = Target::attach(command.pid());
  Cancellation cancellation;
  {
    const SignalRelay relay(target, cancellation);
    ::raise(SIGINT);
  }
  CHECK(cancellation.requested());
  CHECK(SignalRelay::ended_by() == SIGINT);
  CHECK_FALSE(command.ended());
  ::kill(command.pid(), SIGKILL);
  CHECK(WIFSIGNALED(end_of(command)));
}
