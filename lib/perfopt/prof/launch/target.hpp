// SPDX-License-Identifier: Apache-2.0
// What is profiled: a command that we start, or a process that runs already.
//
// A started command waits before its exec until go(), so that a backend can attach first. Its stdin, stdout, stderr,
// terminal, working directory and signal handling are ours, untouched; a descriptor of ours is never passed on. While
// it runs, SIGINT and SIGQUIT of the terminal reach it and not us; SIGTERM and SIGHUP sent to us are passed on.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "perfopt/core/file.hpp"

namespace perfopt::prof {

struct TargetCommand {
  std::vector<std::string> words;        // program and arguments
  std::vector<std::string> environment;  // "NAME=VALUE", beside ours
  std::string told;                      // how it is shown
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

  // Lets the command exec. Throws what exec(2) refuses.
  void go();
  // True as soon as the process has ended; reaps our own. Cheap: may be called in a loop.
  [[nodiscard]] bool ended();
  // Whoever waits for children itself (ptrace) tells what waitpid(2) said of this one.
  void set_status(int wait_status) noexcept { status_ = wait_status; }
  // Of waitpid(2); empty while it runs and for a process that is not ours.
  [[nodiscard]] std::optional<int> status() const noexcept { return status_; }
  // A descriptor that becomes readable when the process ends (pidfd_open); -1 when the kernel has none.
  [[nodiscard]] int end_fd() const noexcept { return end_.get(); }

 private:
  Target() = default;

  pid_t pid_ = -1;
  bool ours_ = false;
  std::optional<int> status_;
  UniqueFd gate_;     // written to by go()
  UniqueFd refusal_;  // tells why exec failed
  UniqueFd end_;
};

}  // namespace perfopt::prof
