// SPDX-License-Identifier: Apache-2.0
// A child process that cannot outlive us: started without a shell, told apart from the terminal, stopped as a group.
//
// The child gets a process group of its own (a Ctrl-C reaches us alone, and we stop it), default signal handling, our
// hard resource limits (a strategy's limits are not its), and dies with the thread that started it, also when that is
// killed (PR_SET_PDEATHSIG): start it from the main thread. Descriptors are closed on exec, except those of `keep`.
#pragma once

#include <sys/types.h>

#include <csignal>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace perfopt {

struct Command {
  std::vector<std::string> words;        // the program, looked up by find_program() unless it has a '/', and its
                                         // arguments
  std::vector<std::string> environment;  // "NAME=VALUE": set beside ours, or instead of ours of that name
  std::filesystem::path directory;       // to run in; "": ours
  std::filesystem::path output;          // file that gets stdout and stderr, appended; "": /dev/null
  std::string user;                      // run as this user; only root may ask for another. "": us
  std::vector<int> keep;                 // descriptors that the child has under the same numbers
  int death_signal = SIGKILL;            // what the child gets when we die
};

class Process {
 public:
  // Throws Unavailable when there is no such program ("postgres: not found in PATH or ..."), SystemError when it cannot
  // be started. stdin is /dev/null.
  explicit Process(const Command& command);
  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  // stop().
  ~Process();

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  [[nodiscard]] bool running();
  // Waits at most this long for the end; empty when it still runs. The status is that of waitpid(2).
  std::optional<int> wait(double seconds);
  // Sends `signal` to the child and, when it has not ended after `grace_s`, SIGKILL to its whole group; waits for it.
  void stop(int signal = SIGTERM, double grace_s = 5) noexcept;
  // "ended with exit code 3", "was killed by signal 9 (Killed)"; "" while it runs and after stop().
  [[nodiscard]] std::string end();

 private:
  pid_t pid_ = -1;
  std::optional<int> status_;
  bool stopped_ = false;  // by us
};

struct Finished {
  int exit_code = 0;   // 128 + the signal for a killed one, as shells tell it
  std::string output;  // stdout and stderr
};

// Runs to the end, at most `seconds`, and returns what was printed (command.output is not used). Throws Unavailable for
// a missing program, Error when the time is over.
[[nodiscard]] Finished run_to_end(Command command, double seconds);

// The file of an executable in PATH, else in `places`, else in the usual /usr/local/sbin, /usr/sbin, /sbin; empty when
// there is none.
[[nodiscard]] std::filesystem::path find_program(std::string_view name, std::span<const std::string_view> places = {});

// This program's own file, to start another of it.
[[nodiscard]] std::filesystem::path own_program();

}  // namespace perfopt
