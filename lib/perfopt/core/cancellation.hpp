// SPDX-License-Identifier: Apache-2.0
// Asked to stop: by Ctrl-C, by SIGTERM, by a caller or by a deadline.
//
// Long work polls requested() between its steps and returns what it has finished.
#pragma once

#include <atomic>

namespace perfopt {

class Cancellation {
 public:
  void request() noexcept { requested_.store(true, std::memory_order_relaxed); }
  [[nodiscard]] bool requested() const noexcept { return requested_.load(std::memory_order_relaxed); }

 private:
  std::atomic<bool> requested_{false};
};

// Routes SIGINT and SIGTERM to `cancellation` for as long as the object lives; a second signal ends the process at
// once, as without us. At most one object at a time.
class SignalGuard {
 public:
  explicit SignalGuard(Cancellation& cancellation);
  SignalGuard(const SignalGuard&) = delete;
  SignalGuard& operator=(const SignalGuard&) = delete;
  ~SignalGuard();

  // SIGINT or SIGTERM, the first that came since construction; 0 for none. 128 + it is the exit code that shells
  // expect.
  [[nodiscard]] static int received() noexcept;
};

}  // namespace perfopt
