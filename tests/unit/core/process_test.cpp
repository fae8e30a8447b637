// SPDX-License-Identifier: Apache-2.0
#include "perfopt/core/process.hpp"

#include <unistd.h>

#include <filesystem>
#include <string>

#include <doctest/doctest.h>

#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/core/temp_dir.hpp"

using namespace perfopt;

namespace {

Command shell(std::string script) {
  Command command;
  command.words = {"sh", "-c", std::move(script)};
  return command;
}

bool exists(pid_t pid) {
  return std::filesystem::exists("/proc/" + std::to_string(pid));
}

}  // namespace

TEST_CASE("a child's output, exit code and variables") {
  Command command = shell("echo out; echo err >&2; echo \"$PERFOPT_GREETING $PWD\"; exit 3");
  command.environment = {"PERFOPT_GREETING=hello"};
  command.directory = "/";
  const Finished finished = run_to_end(command, 10);
  CHECK(finished.exit_code == 3);
  CHECK(finished.output == "out\nerr\nhello /\n");
}

TEST_CASE("how a child ended is told, unless we stopped it") {
  Process killed(shell("kill -9 $$"));
  killed.wait(10);
  CHECK(killed.end() == "was killed by signal 9 (Killed)");
  Process ended(shell("exit 7"));
  ended.wait(10);
  CHECK(ended.end() == "ended with exit code 7");
  Process stopped(shell("sleep 100"));
  CHECK(stopped.running());
  CHECK(stopped.end() == "");
  stopped.stop();
  CHECK(stopped.end() == "");
  CHECK_FALSE(exists(stopped.pid()));
}

TEST_CASE("a child that ignores the signal is killed, with what it started") {
  const TempDir directory("perfopt-process");
  const std::string file = directory.path() / "pid";
  Command command = shell("trap '' TERM; sleep 100 & echo $! > " + file + "; wait; sleep 100");
  Process stubborn(command);
  while (!std::filesystem::exists(file) || std::filesystem::file_size(file) == 0) ::usleep(1000);
  const pid_t grandchild = std::stoi(read_file(file));
  stubborn.stop(SIGTERM, 0.05);
  CHECK_FALSE(exists(stubborn.pid()));
  for (int i = 0; i < 1000 && exists(grandchild); ++i) ::usleep(1000);  // init reaps it
  CHECK((!exists(grandchild) ||
         read_file("/proc/" + std::to_string(grandchild) + "/stat").find(") Z ") != std::string::npos));
}

TEST_CASE("a child dies with a killed parent") {
  const TempDir directory("perfopt-process");
  const std::string file = directory.path() / "pid";
  const pid_t parent = ::fork();
  if (parent == 0) {
    const Process child(shell("echo $$ > " + file + "; sleep 100"));
    for (;;) ::pause();
  }
  while (!std::filesystem::exists(file) || std::filesystem::file_size(file) == 0) ::usleep(1000);
  const pid_t child = std::stoi(read_file(file));
  CHECK(exists(child));
  ::kill(parent, SIGKILL);
  for (int i = 0; i < 2000 && exists(child); ++i) ::usleep(1000);
  CHECK((!exists(child) || read_file("/proc/" + std::to_string(child) + "/stat").find(") Z ") != std::string::npos));
}

TEST_CASE("what cannot be started is named") {
  Command command;
  command.words = {"no-such-program-of-ours"};
  CHECK_THROWS_WITH_AS(Process{command}, "no-such-program-of-ours: not found in PATH; install it", Unavailable);
  command.words = {"/etc/passwd"};
  CHECK_THROWS_WITH_AS(Process{command}, "start /etc/passwd: Permission denied", SystemError);
  Command stranger = shell("true");
  stranger.user = "nobody-knows-them";
  CHECK_THROWS_WITH_AS(Process{stranger}, "there is no user 'nobody-knows-them' here", Unavailable);
  CHECK_THROWS_AS((void)run_to_end(shell("sleep 100"), 0.05), Error);
}

TEST_CASE("a child runs as another user when root asks") {
  if (::geteuid() != 0) {
    MESSAGE("skipped: only root may start a process as another user");
    return;
  }
  Command command = shell("id -un");
  command.user = "nobody";
  CHECK(run_to_end(command, 10).output == "nobody\n");
}
