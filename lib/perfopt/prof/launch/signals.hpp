// SPDX-License-Identifier: Apache-2.0
// What signals to us do while a target is recorded, and which a command of ours finds.
//
//   a command that we started
//     Ctrl-C, Ctrl-\ of the terminal   reach it by themselves: we go on until it ends
//     SIGINT, SIGQUIT sent to us alone, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGWINCH   are passed on to it
//     a second of the first four within two seconds  ends the recording, whatever the command makes of it
//   a process that runs already
//     the first of any                 ends the recording
//   Ctrl-Z, fg, bg                     stop and continue us with the command: nothing is done about them
// A signal that was ignored when we were started (nohup, a job in the background of a script) stays ignored.
#pragma once

#include "perfopt/core/cancellation.hpp"
#include "perfopt/prof/launch/target.hpp"

namespace perfopt::prof {

// At most one at a time. `target` must not be moved meanwhile.
class SignalRelay {
 public:
  SignalRelay(const Target& target, Cancellation& cancellation);
  SignalRelay(const SignalRelay&) = delete;
  SignalRelay& operator=(const SignalRelay&) = delete;
  // What was installed before is back.
  ~SignalRelay();

  // The signal that ended the recording, since the last construction; 0 for none.
  [[nodiscard]] static int ended_by() noexcept;
};

// Every signal is ignored or has its default action, and is blocked or not, as when this program was started: for the
// child between fork and exec.
void restore_inherited_signals() noexcept;

}  // namespace perfopt::prof
