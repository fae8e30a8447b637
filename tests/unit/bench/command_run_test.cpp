// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/compare/command_run.hpp"

#include <doctest/doctest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <string>
#include <thread>

#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/core/temp_dir.hpp"

using namespace perfopt;
using namespace perfopt::bench;

namespace {

const Cancellation kNever;

RunRequest shell(const std::string& line) {
  RunRequest request;
  request.words = {"sh", "-c", line};
  return request;
}

// A process that is gone, or a zombie whose parent is another.
bool ended(pid_t pid) {
  try {
    const std::string stat = read_file("/proc/" + std::to_string(pid) + "/stat");
    return stat.find(") Z ") != std::string::npos;
  } catch (const SystemError&) {
    return true;
  }
}

bool ends_soon(pid_t pid) {
  for (int i = 0; i < 500 && !ended(pid); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  return ended(pid);
}

}  // namespace

TEST_CASE("exit codes and signals are told exactly") {
  CHECK(run_command(shell("exit 0"), kNever).code == 0);
  const CommandRun failed = run_command(shell("exit 37"), kNever);
  CHECK(failed.end == RunEnd::exited);
  CHECK(failed.code == 37);
  CHECK(failed.shell_code() == 37);
  CHECK(end_text(failed, 0) == "ended with exit code 37");
  const CommandRun killed = run_command(shell("kill -TERM $$"), kNever);
  CHECK(killed.end == RunEnd::killed);
  CHECK(killed.code == SIGTERM);
  CHECK(killed.shell_code() == 128 + SIGTERM);
  CHECK(end_text(killed, 0) == "was killed by signal 15 (Terminated)");
}

TEST_CASE("times are those of the command") {
  const CommandRun slept = run_command(shell("sleep 0.05"), kNever);
  CHECK(slept.wall_ns >= 0.05e9);
  CHECK(slept.user_ns + slept.system_ns < slept.wall_ns);
  CHECK(slept.voluntary_switches > 0);
  CHECK(slept.minor_faults > 0);
  const CommandRun worked = run_command(shell("i=0; while [ $i -lt 20000 ]; do i=$((i + 1)); done"), kNever);
  CHECK(worked.user_ns > 0);
  // The kernel counts CPU time and wall time by two clocks.
  CHECK(worked.user_ns + worked.system_ns < 1.1 * worked.wall_ns);
}

TEST_CASE("memory above our own is told") {
  const CommandRun big = run_command(shell("head -c 100000000 /dev/zero | tail -c 99999999 >/dev/null"), kNever);
  CHECK(big.peak_rss_bytes > 50'000'000);
}

TEST_CASE("a command that does not end is killed with its group") {
  const TempDir directory("perfopt-test");
  const std::string file = (directory.path() / "pid").string();
  RunRequest request = shell("sleep 100 & echo $! >" + file + "; wait");
  request.time_limit_s = 0.3;
  const CommandRun run = run_command(request, kNever);
  CHECK(run.end == RunEnd::timed_out);
  CHECK(run.wall_ns < 50e9);
  CHECK(end_text(run, 0.3) == "did not end within 300 ms and was stopped");
  CHECK(ends_soon(std::stoi(read_file(file))));
}

TEST_CASE("a cancelled run is stopped") {
  Cancellation cancellation;
  cancellation.request();
  const CommandRun run = run_command(shell("sleep 100"), cancellation);
  CHECK(run.end == RunEnd::cancelled);
  CHECK(run.wall_ns < 50e9);
}

TEST_CASE("what a command writes is drained, to the last byte") {
  RunRequest request = shell("head -c 100000000 /dev/zero");
  request.output_to = OutputTo::pipe;
  const CommandRun run = run_command(request, kNever);
  CHECK(run.code == 0);
  CHECK(run.drained_bytes == 100'000'000);
}

TEST_CASE("a process that outlives the command does not hold the pipe against us") {
  RunRequest request = shell("sleep 2 & echo done");
  request.output_to = OutputTo::pipe;
  const CommandRun run = run_command(request, kNever);
  CHECK(run.drained_bytes == 5);
  CHECK(run.wall_ns < 1.5e9);
}

TEST_CASE("input comes from a file, output goes to one, replaced by each run") {
  const TempDir directory("perfopt-test");
  RunRequest request = shell("cat; echo to-stderr >&2");
  request.input = directory.path() / "in";
  request.output_to = OutputTo::file;
  request.output = directory.path() / "out";
  write_atomically(request.input, "some text\n");
  for (int i = 0; i < 2; ++i) CHECK(run_command(request, kNever).code == 0);
  CHECK(read_file(request.output) == "some text\n");
  request.input.clear();
  CHECK(run_command(request, kNever).code == 0);
  CHECK(read_file(request.output).empty());
  request.input = directory.path() / "none";
  CHECK_THROWS_AS((void)run_command(request, kNever), SystemError);
}

TEST_CASE("variables stand beside ours, signals are as a shell expects them") {
  RunRequest request = shell("test \"$PERFBENCH_RUN\" = 7 && test -n \"$PATH\"");
  request.variables = {"PERFBENCH_RUN=7"};
  CHECK(run_command(request, kNever).code == 0);
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  // With an ignored SIGPIPE, yes(1) would end with an error of write and not by the signal.
  CHECK(run_command(shell("(yes; echo $? >&2) | head -n 1 >/dev/null"), kNever).code == 0);
  CHECK(run_command(shell("kill -PIPE $$; exit 3"), kNever).end == RunEnd::killed);
  std::signal(SIGPIPE, before);
}

TEST_CASE("what cannot be started is told") {
  RunRequest request;
  request.words = {"no-such-program-anywhere"};
  CHECK_THROWS_WITH_AS((void)run_command(request, kNever),
                       "no-such-program-anywhere: not found in PATH; install it, or give its path", Unavailable);
  request.words = {"/etc/passwd"};
  CHECK_THROWS_AS((void)run_command(request, kNever), SystemError);
  request.words = {"/no/such/file"};
  CHECK_THROWS_AS((void)run_command(request, kNever), SystemError);
}
