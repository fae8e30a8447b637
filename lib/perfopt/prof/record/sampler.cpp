// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/record/sampler.hpp"

#include <sys/prctl.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "perfopt/prof/record/polling.hpp"
#include "perfopt/prof/record/wait_look.hpp"
#include "perfopt/prof/task_status.hpp"

namespace perfopt::prof {
namespace {

class Sampler final : public PollingBackend {
 public:
  using PollingBackend::PollingBackend;

 private:
  Seen look(TimeLedger& ledger, Tracker& tracker, std::uint64_t now_ns) override {
    switch (look_at_wait(ledger, tracker, now_ns)) {
      case WaitLook::new_wait:
        return Seen::active;
      case WaitLook::same_wait:
        return Seen::idle;
      case WaitLook::gone:
      case WaitLook::forbidden:  // it became another user's
        return Seen::gone;
      case WaitLook::running:
        break;
    }
    if (!ledger.refresh(now_ns)) return Seen::gone;
    Moment moment;
    moment.time_ns = now_ns;
    moment.pid = ledger.pid();
    moment.tid = ledger.tid();
    const std::uint32_t stack = tracker.stack_of(moment);
    ledger.ran(tracker, stack != StackTree::kRoot ? stack : marker("[running, registers not readable]"));
    return Seen::active;
  }
};

bool records(Mode mode) {
  return mode == Mode::cpu || mode == Mode::wall || mode == Mode::offcpu;
}

std::string missing(const RecordOptions& /*options*/) {
  return memory_reading_missing();
}

std::unique_ptr<Backend> make(const RecordOptions& options, Recording& recording) {
  return std::make_unique<Sampler>(options, recording);
}

}  // namespace

std::string memory_reading_missing() {
  static const int kKnown = 42;
  const pid_t child = ::fork();
  if (child < 0) return std::string("no process can be started: ") + std::strerror(errno);
  if (child == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;) ::pause();
  }
  int copy = 0;
  const iovec local{&copy, sizeof copy};
  const iovec remote{const_cast<int*>(&kKnown), sizeof kKnown};
  const bool read = ::process_vm_readv(child, &local, 1, &remote, 1, 0) == sizeof copy && copy == kKnown;
  const int error = errno;
  const bool calls = !read_proc("/proc/" + std::to_string(child) + "/syscall").empty();
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  if (!read) {
    return std::string("process_vm_readv is forbidden here (") + std::strerror(error) +
           "); allow it in the container (--cap-add=SYS_PTRACE), or run as root";
  }
  return calls ? ""
               : "/proc/PID/syscall is not there; the kernel needs CONFIG_HAVE_ARCH_TRACEHOOK, or the right to read it";
}

BackendKind sampler_kind() {
  return {.name = "sampler",
          .does = "looks at /proc and memory and stops nothing; native code that runs has no stack",
          .records = records,
          .missing = missing,
          .make = make};
}

}  // namespace perfopt::prof
