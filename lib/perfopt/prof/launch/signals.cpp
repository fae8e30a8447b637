// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/launch/signals.hpp"

#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>

#include "perfopt/core/clock.hpp"

namespace perfopt::prof {
namespace {

constexpr std::array<int, 7> kRelayed{SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGWINCH};

bool asks_to_end(int number) noexcept {
  return number != SIGUSR1 && number != SIGUSR2 && number != SIGWINCH;
}

constexpr std::int64_t kAgainNs = 2'000'000'000;

struct Inherited {
  std::array<bool, NSIG> ignored{};
  sigset_t blocked{};

  Inherited() noexcept {
    for (int number = 1; number < NSIG; ++number) {
      struct sigaction action{};
      const bool known = ::sigaction(number, nullptr, &action) == 0;
      ignored[static_cast<std::size_t>(number)] = known && action.sa_handler == SIG_IGN;
    }
    ::pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
  }
};
const Inherited kInherited;  // before main() changes anything

std::atomic<Cancellation*> active{nullptr};
std::atomic<pid_t> command{0};  // that we started; 0: the process ran already
std::atomic<int> command_fd{-1};
std::atomic<std::int64_t> last_ns{0};  // when the last one came; 0: none yet
std::atomic<int> ending{0};
static_assert(std::atomic<Cancellation*>::is_always_lock_free && std::atomic<std::int64_t>::is_always_lock_free &&
                  std::atomic<int>::is_always_lock_free,
              "the signal handler needs it");

std::array<struct sigaction, kRelayed.size()> previous;

void end_recording(int number) noexcept {
  int none = 0;
  ending.compare_exchange_strong(none, number);
  if (Cancellation* target = active.load()) target->request();
}

// By its descriptor where there is one: its number may be another process's by now.
void pass_on(int number, pid_t pid) noexcept {
  const int fd = command_fd.load();
  if (fd >= 0) {
    ::syscall(SYS_pidfd_send_signal, fd, number, nullptr, 0);
  } else {
    ::kill(pid, number);
  }
}

extern "C" void on_relayed(int number, siginfo_t* info, void*) {
  const int saved = errno;
  const pid_t pid = command.load();
  const auto now_ns = static_cast<std::int64_t>(monotonic_ns());
  const std::int64_t before_ns = asks_to_end(number) ? last_ns.exchange(now_ns) : 0;
  if (asks_to_end(number) && (pid == 0 || (before_ns != 0 && now_ns - before_ns < kAgainNs))) end_recording(number);
  // The terminal sends it to the whole group, the command among them.
  if (pid != 0 && info->si_code != SI_KERNEL) pass_on(number, pid);
  errno = saved;
}

}  // namespace

SignalRelay::SignalRelay(const Target& target, Cancellation& cancellation) {
  last_ns.store(0);
  ending.store(0);
  command.store(target.started_by_us() ? target.pid() : 0);
  command_fd.store(target.end_fd());
  active.store(&cancellation);
  for (std::size_t i = 0; i < kRelayed.size(); ++i) {
    struct sigaction action{};
    action.sa_sigaction = on_relayed;
    action.sa_flags = SA_SIGINFO | SA_RESTART;
    sigemptyset(&action.sa_mask);
    ::sigaction(kRelayed[i], nullptr, &previous[i]);
    if (previous[i].sa_handler != SIG_IGN) ::sigaction(kRelayed[i], &action, nullptr);
  }
}

SignalRelay::~SignalRelay() {
  for (std::size_t i = 0; i < kRelayed.size(); ++i) ::sigaction(kRelayed[i], &previous[i], nullptr);
  active.store(nullptr);
}

int SignalRelay::ended_by() noexcept {
  return ending.load();
}

void restore_inherited_signals() noexcept {
  for (int number = 1; number < NSIG; ++number) {
    struct sigaction action{};
    action.sa_handler = kInherited.ignored[static_cast<std::size_t>(number)] ? SIG_IGN : SIG_DFL;
    sigemptyset(&action.sa_mask);
    ::sigaction(number, &action, nullptr);
  }
  ::pthread_sigmask(SIG_SETMASK, &kInherited.blocked, nullptr);
}

}  // namespace perfopt::prof
