// SPDX-License-Identifier: Apache-2.0
#include "perfopt/core/cancellation.hpp"

#include <csignal>

namespace perfopt {
namespace {

std::atomic<Cancellation*> active{nullptr};
std::atomic<int> first_signal{0};
static_assert(std::atomic<int>::is_always_lock_free, "the signal handler needs it");
static_assert(std::atomic<Cancellation*>::is_always_lock_free, "the signal handler needs it");

extern "C" void on_signal(int signal_number) {
  int none = 0;
  first_signal.compare_exchange_strong(none, signal_number);
  if (Cancellation* target = active.load()) target->request();
}

void install(int signal_number, void (*handler)(int), int flags) {
  struct sigaction action{};
  action.sa_handler = handler;
  action.sa_flags = flags;
  sigemptyset(&action.sa_mask);
  sigaction(signal_number, &action, nullptr);
}

}  // namespace

SignalGuard::SignalGuard(Cancellation& cancellation) {
  first_signal.store(0);
  active.store(&cancellation);
  // SA_RESETHAND: the second signal finds the default action.
  install(SIGINT, on_signal, static_cast<int>(SA_RESETHAND) | SA_RESTART);
  install(SIGTERM, on_signal, static_cast<int>(SA_RESETHAND) | SA_RESTART);
}

SignalGuard::~SignalGuard() {
  install(SIGINT, SIG_DFL, 0);
  install(SIGTERM, SIG_DFL, 0);
  active.store(nullptr);
}

int SignalGuard::received() noexcept {
  return first_signal.load();
}

}  // namespace perfopt
