// SPDX-License-Identifier: Apache-2.0
// What /proc says of processes and threads: state, CPU time, the system call that a thread is in.
//
// A process may be gone or forbidden at any moment: that is an empty answer, never an error. The parsers take foreign
// text (a thread's name may hold anything) and refuse what is not of the form.
//
//   source  proc(5); Documentation/filesystems/proc.rst; Documentation/scheduler/sched-stats.rst
#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace perfopt::prof {

// The content of a small file of /proc; "" when it cannot be read.
[[nodiscard]] std::string read_proc(const std::string& path);

// "/proc/PID/task/TID/NAME".
[[nodiscard]] std::string task_path(pid_t pid, pid_t tid, std::string_view name);

// Of /proc/PID/stat, or /proc/PID/task/TID/stat for one thread.
struct TaskStat {
  std::string name;
  char state = '?';  // R running or ready, S sleeping, D in a wait that no signal ends, T stopped, t traced, Z, X ended
  pid_t parent = 0;
  std::uint64_t minor_faults = 0;
  std::uint64_t major_faults = 0;
  std::uint64_t cpu_ns = 0;           // of user and kernel, in steps of a clock tick
  std::uint64_t children_cpu_ns = 0;  // of children that have ended and were waited for
  std::uint64_t start_ticks = 0;      // since boot: tells a process from a later one of the same number
};
[[nodiscard]] std::optional<TaskStat> parse_stat(std::string_view text);

// CPU time from .../schedstat, to the nanosecond; empty where the kernel keeps none.
[[nodiscard]] std::optional<std::uint64_t> parse_schedstat(std::string_view text);

// Of .../syscall.
struct SyscallState {
  bool running = false;  // on a CPU or ready: nothing else is told
  long number = -1;      // -1: waits outside of a system call, for instance for a page
  std::array<std::uint64_t, 6> arguments{};
  std::uint64_t sp = 0;
  std::uint64_t pc = 0;
};
[[nodiscard]] std::optional<SyscallState> parse_syscall(std::string_view text);

// Ascending; empty when the process is gone.
[[nodiscard]] std::vector<pid_t> threads_of(pid_t pid);
// Of all its threads.
[[nodiscard]] std::vector<pid_t> children_of(pid_t pid);

}  // namespace perfopt::prof
