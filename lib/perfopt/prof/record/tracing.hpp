// SPDX-License-Identifier: Apache-2.0
// A process tree under ptrace(2): follows threads, children and execs, passes signals and stops of job control through,
// and tells an observer of each. Nothing is stopped but where the observer asked for it.
//
// All calls come from the thread that made the object, which must also be the one that lives to the end. A tracee that
// stops waits for step(): call it often. What is still held when the object goes is let run.
//
//   limits  a thread that is interrupted between our look and its going to sleep may see EINTR from the few calls that
//           never restart (epoll_wait, semop: signal(7)); programs that a traced tree executes lose set-user-ID rights
//           unless we are root
//   source  ptrace(2), "Attaching and detaching" and "Group-stop" of PTRACE_SEIZE
#pragma once

#include <signal.h>
#include <sys/types.h>

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "perfopt/prof/launch/target.hpp"

namespace perfopt::prof {

class TraceObserver {
 public:
  TraceObserver() = default;
  TraceObserver(const TraceObserver&) = delete;
  TraceObserver& operator=(const TraceObserver&) = delete;
  virtual ~TraceObserver() = default;

  // In each of these the thread is stopped, and goes on when the call returns.
  virtual void began(pid_t parent, pid_t pid, pid_t tid) = 0;
  virtual void executed(pid_t pid) = 0;
  virtual void interrupted(pid_t pid, pid_t tid) = 0;  // as Tracing::interrupt() asked for
  virtual void ending(pid_t pid, pid_t tid) = 0;       // it can still be looked at
  // A call that the filter picked is about to begin; true: tell of its end too.
  virtual bool entered_call(pid_t pid, pid_t tid);
  virtual void left_call(pid_t pid, pid_t tid);
  // It is gone.
  virtual void ended(pid_t pid, pid_t tid) = 0;
};

class Tracing {
 public:
  // `options`: of PTRACE_SETOPTIONS, beside those that following takes.
  explicit Tracing(TraceObserver& observer, unsigned options = 0);
  Tracing(const Tracing&) = delete;
  Tracing& operator=(const Tracing&) = delete;
  // release().
  ~Tracing();

  // All threads of the target and, of a process that runs already, of its descendants. Throws Unavailable.
  void seize(const Target& target);
  // Handles what there is and waits for more until `deadline_ns` (CLOCK_MONOTONIC), or a signal. False: nobody is left.
  bool step(std::uint64_t deadline_ns, Target& target);
  // interrupted() follows soon, unless the thread ends or is stopped by job control.
  void interrupt(pid_t tid);
  // The thread may be let run before the observer is done with what it has copied.
  void resume(pid_t tid);
  // Lets all run without us.
  void release() noexcept;

  [[nodiscard]] bool empty() const noexcept { return tracees_.empty(); }

 private:
  struct Tracee {
    pid_t pid = 0;
    bool stopped = false;
    bool group_stopped = false;
    bool asked = false;  // interrupt()
    bool in_call = false;
    bool syscall_stops = false;
  };

  bool seize_thread(pid_t pid, pid_t tid);
  void seize_process(pid_t pid);
  Tracee* adopt(pid_t tid);
  void handle(pid_t tid, int status, Target& target);
  void handle_event(pid_t tid, Tracee& tracee, int event, int signal);
  void handle_exec(pid_t tid);
  void handle_stop_event(pid_t tid, Tracee& tracee, int signal);
  void handle_call(pid_t tid, Tracee& tracee, bool entering);
  void forget(pid_t tid);
  void go_on(pid_t tid, int signal);

  TraceObserver& observer_;
  unsigned options_;
  std::unordered_map<pid_t, Tracee> tracees_;  // by tid
  sigset_t previous_mask_{};
  struct sigaction previous_action_{};
};

// "" when a child of ours can be traced; else why not, and what would allow it.
[[nodiscard]] std::string tracing_missing();

}  // namespace perfopt::prof
