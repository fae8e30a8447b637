// SPDX-License-Identifier: Apache-2.0
// What /proc says of processes and threads: state, CPU time, relations.
//
// A process may be gone or forbidden at any moment: that is an empty answer, never an error. The parsers take foreign
// text (a thread's name may hold anything) and refuse what is not of the form.
//
//   source  proc(5); Documentation/filesystems/proc.rst; Documentation/scheduler/sched-stats.rst
#pragma once

#include <sys/types.h>

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

// Of .../schedstat, to the nanosecond. That of a thread which runs now lags by up to a clock tick.
struct SchedStat {
  std::uint64_t cpu_ns = 0;
  std::uint64_t ready_ns = 0;  // waited for a CPU
};
// Empty where the kernel keeps none (CONFIG_SCHED_INFO).
[[nodiscard]] std::optional<SchedStat> parse_schedstat(std::string_view text);

// Memory of the process in RAM; 0 when it is gone.
[[nodiscard]] std::uint64_t rss_bytes_of(pid_t pid);

// Ascending; empty when the process is gone.
[[nodiscard]] std::vector<pid_t> threads_of(pid_t pid);
// Of all its threads.
[[nodiscard]] std::vector<pid_t> children_of(pid_t pid);

}  // namespace perfopt::prof
