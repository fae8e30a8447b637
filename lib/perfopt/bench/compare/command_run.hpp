// SPDX-License-Identifier: Apache-2.0
// One run of a command, measured from just before it is started until it is reaped.
//
// Not core/process.hpp: its fork copies the page tables of this program, which takes longer than a small command and
// varies; here the child borrows our memory until it executes (vfork), and its start is a few system calls. What that
// header promises holds as well: no shell of its own, a process group of its own, default signals, and the child dies
// with the thread that started it. It inherits the CPUs that this thread may use.
//
// Times: CLOCK_MONOTONIC and wait4(2); CPU time counts the children that the command itself has waited for. Processes
// that a finished command leaves running are left alone: --prepare may have started a server. One that is stopped by us
// is killed with its whole group.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "perfopt/core/cancellation.hpp"

namespace perfopt::bench {

enum class OutputTo : std::uint8_t {
  nothing,  // /dev/null
  pipe,     // read and dropped
  inherit,  // ours; stderr as well
  file,     // replaced by each run
};

struct RunRequest {
  std::vector<std::string> words;  // program, looked up in PATH unless it has a '/', and arguments
  std::filesystem::path input;     // "": /dev/null
  OutputTo output_to = OutputTo::nothing;
  std::filesystem::path output;        // of OutputTo::file
  std::vector<std::string> variables;  // "NAME=VALUE", beside ours; no name of ours
  double time_limit_s = 0;             // 0: none
};

enum class RunEnd : std::uint8_t { exited, killed, timed_out, cancelled };

struct CommandRun {
  RunEnd end = RunEnd::exited;
  int code = 0;  // the exit code, or the signal of a killed one
  double wall_ns = 0, user_ns = 0, system_ns = 0;
  std::uint64_t peak_rss_bytes = 0;
  std::uint64_t minor_faults = 0, major_faults = 0;
  std::uint64_t voluntary_switches = 0, involuntary_switches = 0;
  std::uint64_t drained_bytes = 0;  // by OutputTo::pipe

  // As shells tell it: 128 + the signal for a killed one.
  [[nodiscard]] int shell_code() const { return end == RunEnd::exited ? code : 128 + code; }
};

// Throws Unavailable when there is no such program, SystemError when it cannot be started or a file not be opened.
// A run that is cancelled is stopped and says so.
[[nodiscard]] CommandRun run_command(const RunRequest& request, const Cancellation& cancellation);

// "ended with exit code 3", "was killed by signal 9 (Killed)", "did not end within 5.00 s".
[[nodiscard]] std::string end_text(const CommandRun& run, double time_limit_s);

}  // namespace perfopt::bench
