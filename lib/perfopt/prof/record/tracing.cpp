// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/record/tracing.hpp"

#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <ctime>

#include "perfopt/core/clock.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/prof/record/time_ledger.hpp"
#include "perfopt/prof/task_status.hpp"

namespace perfopt::prof {
namespace {

constexpr unsigned kFollow = PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC |
                             PTRACE_O_TRACEEXIT | PTRACE_O_TRACESYSGOOD;
constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::uint64_t kReleaseNs = 2 * kSecond;  // a thread in uninterruptible sleep cannot be detached from
constexpr int kMostEvents = 256;                   // until the deadline is looked at
constexpr int kSeizeRounds = 16;                   // threads that are made while we seize their siblings

long trace(__ptrace_request request, pid_t tid, std::uintptr_t data) {
  return ::ptrace(request, tid, nullptr, reinterpret_cast<void*>(data));  // NOLINT(performance-no-int-to-ptr)
}

bool stops_group(int signal) {
  return signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
}

struct Relation {
  pid_t pid = 0;
  pid_t parent = 0;
};

pid_t number_after(const std::string& text, std::string_view name) {
  const auto at = text.find(name);
  if (at == std::string::npos) return 0;
  pid_t result = 0;
  const char* begin = text.data() + at + name.size();
  std::from_chars(begin, text.data() + text.size(), result);
  return result;
}

Relation relation_of(pid_t tid) {
  const std::string text = read_proc("/proc/" + std::to_string(tid) + "/status");
  return {.pid = number_after(text, "\nTgid:\t"), .parent = number_after(text, "\nPPid:\t")};
}

std::string yama() {
  const std::string scope = read_proc("/proc/sys/kernel/yama/ptrace_scope");
  if (scope.empty() || scope.front() == '0') return "a seccomp filter or a lack of CAP_SYS_PTRACE; run it as root";
  return "kernel.yama.ptrace_scope is " + scope.substr(0, scope.find('\n')) +
         "; sysctl kernel.yama.ptrace_scope=0 allows it, or root";
}

}  // namespace

bool TraceObserver::entered_call(pid_t /*pid*/, pid_t /*tid*/) {
  return false;
}

void TraceObserver::left_call(pid_t /*pid*/, pid_t /*tid*/) {}

Tracing::Tracing(TraceObserver& observer, unsigned options) : observer_(observer), options_(kFollow | options) {
  // Its stops are told by SIGCHLD, which is kept for sigtimedwait(). Ignored, children would vanish unseen.
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  ::pthread_sigmask(SIG_BLOCK, &child, &previous_mask_);
  struct sigaction action{};
  action.sa_handler = SIG_DFL;
  sigemptyset(&action.sa_mask);
  ::sigaction(SIGCHLD, &action, &previous_action_);
}

Tracing::~Tracing() {
  release();
  ::sigaction(SIGCHLD, &previous_action_, nullptr);
  ::pthread_sigmask(SIG_SETMASK, &previous_mask_, nullptr);
}

bool Tracing::seize_thread(pid_t pid, pid_t tid) {
  if (tracees_.contains(tid)) return true;
  if (trace(PTRACE_SEIZE, tid, options_) != 0) return false;
  tracees_[tid].pid = pid;
  const Relation relation = relation_of(tid);
  observer_.began(relation.parent, pid, tid);
  return true;
}

void Tracing::seize_process(pid_t pid) {
  bool found_new = true;
  for (int round = 0; found_new && round < kSeizeRounds; ++round) {
    found_new = false;
    for (const pid_t tid : threads_of(pid)) {
      if (tracees_.contains(tid)) continue;
      found_new |= seize_thread(pid, tid);
    }
  }
}

void Tracing::seize(const Target& target) {
  const pid_t pid = target.pid();
  if (!seize_thread(pid, pid)) {
    const int error = errno;
    const pid_t other = number_after(read_proc("/proc/" + std::to_string(pid) + "/status"), "\nTracerPid:\t");
    const std::string why = other != 0 ? "process " + std::to_string(other) + " (a debugger, strace) traces it already"
                                       : std::string(std::strerror(error)) + ": " + yama();
    throw Unavailable("process " + std::to_string(pid) + " cannot be traced: " + why);
  }
  if (target.started_by_us()) return;
  std::vector<pid_t> left{pid};
  while (!left.empty()) {
    const pid_t one = left.back();
    left.pop_back();
    seize_process(one);
    for (const pid_t child : children_of(one)) {
      if (!tracees_.contains(child)) left.push_back(child);
    }
  }
}

Tracing::Tracee* Tracing::adopt(pid_t tid) {
  const auto found = tracees_.find(tid);
  if (found != tracees_.end()) return &found->second;
  const Relation relation = relation_of(tid);
  if (relation.pid == 0) return nullptr;
  Tracee& tracee = tracees_[tid];
  tracee.pid = relation.pid;
  tracee.stopped = true;
  observer_.began(relation.parent, relation.pid, tid);
  return &tracee;
}

void Tracing::forget(pid_t tid) {
  const auto found = tracees_.find(tid);
  if (found == tracees_.end()) return;
  const pid_t pid = found->second.pid;
  tracees_.erase(found);
  observer_.ended(pid, tid);
}

void Tracing::go_on(pid_t tid, int signal) {
  const auto found = tracees_.find(tid);
  if (found == tracees_.end() || !found->second.stopped) return;
  found->second.stopped = false;
  const auto request = found->second.syscall_stops ? PTRACE_SYSCALL : PTRACE_CONT;
  trace(request, tid, static_cast<std::uintptr_t>(signal));
}

void Tracing::resume(pid_t tid) {
  go_on(tid, 0);
}

// All other threads are gone, and the one that called has the number of the first now.
void Tracing::handle_exec(pid_t tid) {
  unsigned long former = 0;
  ::ptrace(PTRACE_GETEVENTMSG, tid, nullptr, &former);
  std::vector<pid_t> gone;
  for (const auto& [other, tracee] : tracees_) {
    if (tracee.pid == tid && other != tid) gone.push_back(other);
  }
  for (const pid_t other : gone) forget(other);
  Tracee& tracee = tracees_[tid];
  tracee.syscall_stops = false;
  tracee.in_call = false;
  observer_.executed(tid);
}

void Tracing::handle_stop_event(pid_t tid, Tracee& tracee, int signal) {
  if (stops_group(signal)) {
    tracee.group_stopped = true;
    tracee.asked = false;
    tracee.stopped = false;
    trace(PTRACE_LISTEN, tid, 0);
    return;
  }
  tracee.group_stopped = false;
  if (tracee.asked) {
    tracee.asked = false;
    observer_.interrupted(tracee.pid, tid);
  }
  go_on(tid, 0);
}

void Tracing::handle_call(pid_t tid, Tracee& tracee, bool entering) {
  if (entering) {
    tracee.in_call = observer_.entered_call(tracee.pid, tid);
    tracee.syscall_stops = tracee.in_call;
  } else {
    // The stop that PTRACE_SYSCALL makes right behind the filter's own, before the call, is of kernels before 4.8.
    tracee.in_call = false;
    tracee.syscall_stops = false;
    observer_.left_call(tracee.pid, tid);
  }
  go_on(tid, 0);
}

void Tracing::handle_event(pid_t tid, Tracee& tracee, int event, int signal) {
  switch (event) {
    case PTRACE_EVENT_STOP:
      handle_stop_event(tid, tracee, signal);
      return;
    case PTRACE_EVENT_SECCOMP:
      handle_call(tid, tracee, true);
      return;
    case PTRACE_EVENT_EXEC:
      handle_exec(tid);
      break;
    case PTRACE_EVENT_EXIT:
      observer_.ending(tracee.pid, tid);
      break;
    default:  // clone, fork, vfork: the new one tells of itself by its first stop
      break;
  }
  go_on(tid, 0);
}

void Tracing::handle(pid_t tid, int status, Target& target) {
  if (WIFEXITED(status) || WIFSIGNALED(status)) {
    forget(tid);
    if (tid == target.pid() && target.started_by_us()) target.set_status(status);
    return;
  }
  if (!WIFSTOPPED(status)) return;
  Tracee* const tracee = adopt(tid);
  if (tracee == nullptr) return;  // killed meanwhile: its end follows
  tracee->stopped = true;
  const int signal = WSTOPSIG(status);
  const int event = status >> 16;
  if (event != 0) {
    handle_event(tid, *tracee, event, signal);
  } else if (signal == (SIGTRAP | 0x80)) {
    handle_call(tid, *tracee, false);
  } else {
    tracee->asked = false;  // a stop of any kind takes the place of the one that was asked for
    go_on(tid, signal);
  }
}

bool Tracing::step(std::uint64_t deadline_ns, Target& target) {
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  for (int handled = 0;;) {
    int status = 0;
    const pid_t tid = ::waitpid(-1, &status, __WALL | WNOHANG);
    if (tid < 0 && errno == ECHILD) return false;
    if (tid > 0) {  // stopped threads wait for us: they come before the caller's next tick
      handle(tid, status, target);
      if (++handled < kMostEvents) continue;
    }
    const std::uint64_t now = monotonic_ns();
    if (now >= deadline_ns) return true;
    if (tid > 0) continue;
    const std::uint64_t left = deadline_ns - now;
    const timespec wait{.tv_sec = static_cast<time_t>(left / kSecond), .tv_nsec = static_cast<long>(left % kSecond)};
    if (::sigtimedwait(&child, nullptr, &wait) < 0 && errno == EINTR) return true;
  }
}

void Tracing::interrupt(pid_t tid) {
  const auto found = tracees_.find(tid);
  if (found == tracees_.end() || found->second.asked || found->second.stopped || found->second.group_stopped) return;
  found->second.asked = trace(PTRACE_INTERRUPT, tid, 0) == 0;
}

// Only what is stopped can be detached from: each is interrupted, and its stop, whatever it is, ends here.
void Tracing::release() noexcept {
  const std::uint64_t deadline = monotonic_ns() + kReleaseNs;
  for (auto& [tid, tracee] : tracees_) {
    if (!tracee.stopped) trace(PTRACE_INTERRUPT, tid, 0);
  }
  while (!tracees_.empty() && monotonic_ns() < deadline) {
    int status = 0;
    const pid_t tid = ::waitpid(-1, &status, __WALL | WNOHANG);
    if (tid < 0) break;
    if (tid == 0) {
      const timespec pause{.tv_sec = 0, .tv_nsec = 100'000};
      ::nanosleep(&pause, nullptr);
      continue;
    }
    if (WIFSTOPPED(status)) {
      const bool delivery = status >> 16 == 0 && WSTOPSIG(status) != (SIGTRAP | 0x80);
      trace(PTRACE_DETACH, tid, delivery ? static_cast<std::uintptr_t>(WSTOPSIG(status)) : 0);
    }
    tracees_.erase(tid);
  }
  tracees_.clear();
}

std::string tracing_missing() {
  const pid_t child = ::fork();
  if (child < 0) return std::string("no process can be started: ") + std::strerror(errno);
  if (child == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;) ::pause();
  }
  const bool seized = trace(PTRACE_SEIZE, child, kFollow) == 0;
  const int error = errno;
  ::kill(child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, __WALL) == child && !WIFEXITED(status) && !WIFSIGNALED(status)) {
    trace(PTRACE_CONT, child, 0);
  }
  return seized ? "" : "ptrace is forbidden here (" + std::string(std::strerror(error)) + "): " + yama();
}

}  // namespace perfopt::prof
