// SPDX-License-Identifier: Apache-2.0
// What is profiled: a command that we start, or a process that runs already.
//
// A started command waits before its exec until go(), so that a backend can attach first. Its stdin, stdout, stderr,
// terminal, process group and working directory are ours, and signals are ignored and blocked as they were when we
// were started ourselves; a descriptor that we opened is never passed on. launch/signals.hpp says what signals to us do
// while it runs.
#pragma once

#include <linux/filter.h>
#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "perfopt/core/file.hpp"

namespace perfopt::prof {

struct TargetCommand {
  std::vector<std::string> words;        // program and arguments
  std::vector<std::string> environment;  // "NAME=VALUE", beside ours
  std::string told;                      // how it is shown
  std::vector<sock_filter> filter;       // of system calls, in force from its exec on, for its children too; with it
                                         // goes no_new_privs, unless we are root
};

class Target {
 public:
  // Forks; the child waits. Throws Unavailable when there is no such program or it cannot be executed (with the reason,
  // for instance a script whose interpreter is missing), BadInput for one that runs with another user's rights
  // (setuid, setgid, file capabilities) unless we are root.
  static Target start(const TargetCommand& command);
  // Throws BadInput when there is no such process, Unavailable when it is another user's.
  static Target attach(pid_t pid);

  Target(Target&&) noexcept;
  Target& operator=(Target&&) noexcept;
  // A command that was never let go is killed; one that runs is let be.
  ~Target();

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  [[nodiscard]] bool started_by_us() const noexcept { return ours_; }

  // Lets the command exec, and returns when it has. Throws Unavailable when exec(2) refuses. Does nothing for a process
  // that runs already.
  void go();
  // A command that was started and has not been let go.
  [[nodiscard]] bool waits_at_gate() const noexcept { return static_cast<bool>(gate_); }
  // True as soon as the process has ended; reaps our own. Cheap: may be called in a loop.
  [[nodiscard]] bool ended();
  // Whoever waits for children itself (ptrace) tells what waitpid(2) said of this one.
  void set_status(int wait_status) noexcept { status_ = wait_status; }
  // Of waitpid(2); empty while it runs and for a process that is not ours.
  [[nodiscard]] std::optional<int> status() const noexcept { return status_; }
  // A descriptor that becomes readable when the process ends (pidfd_open); -1 when the kernel has none.
  [[nodiscard]] int end_fd() const noexcept { return end_.get(); }

 private:
  struct Refusal;  // why the exec failed, told by the child without a system call

  Target() = default;
  void abandon() noexcept;

  pid_t pid_ = -1;
  bool ours_ = false;
  std::optional<int> status_;
  UniqueFd gate_;  // written to by go(); closed by the exec
  std::shared_ptr<Refusal> refusal_;
  UniqueFd end_;
};

}  // namespace perfopt::prof
