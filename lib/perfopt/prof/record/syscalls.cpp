// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/record/syscalls.hpp"

#include <sys/ptrace.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <map>
#include <optional>
#include <string>

#include "perfopt/core/clock.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/prof/record/blocked_call.hpp"
#include "perfopt/prof/record/io_call.hpp"
#include "perfopt/prof/record/io_object.hpp"
#include "perfopt/prof/record/stopped_thread.hpp"
#include "perfopt/prof/record/time_ledger.hpp"
#include "perfopt/prof/record/tracing.hpp"
#include "perfopt/prof/task_status.hpp"

namespace perfopt::prof {
namespace {

constexpr std::size_t kIoBytes = 0;
constexpr std::size_t kIoCalls = 1;
constexpr std::size_t kIoTime = 2;
constexpr std::uint64_t kPauseNs = 100'000'000;
constexpr std::uint64_t kGraceNs = 2'000'000'000;  // from SIGTERM to SIGKILL, when the recording is cancelled

// The kernel restarts such a call, which then is met again: ERESTARTSYS to ERESTART_RESTARTBLOCK of its own numbers.
bool is_restarted(std::int64_t result) {
  return result <= -512 && result >= -516;
}

class Syscalls final : public Backend, private TraceObserver {
 public:
  explicit Syscalls(Recording& recording)
      : recording_(recording), tracing_(*this, PTRACE_O_TRACESECCOMP | PTRACE_O_EXITKILL) {
    recording.measures = {
        {.name = "io_bytes", .unit = "bytes"}, {.name = "io_calls", .unit = "count"}, {.name = "io_ns", .unit = "ns"}};
    recording.primary = recording.measures[kIoTime].name;
  }

  void prepare(TargetCommand& command) override {
    command.filter = io_filter();
    if (::geteuid() == 0) return;
    recording_.doubts.push_back({.subject = "rights",
                                 .finding = "programs with set-user-ID rights (sudo, ping) ran without them",
                                 .advice = "run perfprof as root, or record them with --mode wall"});
  }

  void attach(Target& target, Tracker& tracker) override {
    if (!target.started_by_us()) {
      throw Unavailable(
          "--mode io: a process that runs already cannot be given a filter; start it under perfprof, or "
          "use --mode wall, which shows what it waits for");
    }
    tracker_ = &tracker;
    tracker.read_mappings();
    tracing_.seize(target);
    attached_ = true;
  }

  void record(Target& target, Tracker& /*tracker*/, const Cancellation& cancellation) override {
    target.go();
    std::uint64_t kill_ns = 0;  // when patience ends
    while (tracing_.step(monotonic_ns() + kPauseNs, target)) {
      if (!cancellation.requested()) continue;
      if (kill_ns == 0) {
        kill_ns = monotonic_ns() + kGraceNs;
        signal_all(SIGTERM);
      } else if (monotonic_ns() >= kill_ns) {
        signal_all(SIGKILL);
      }
    }
  }

 private:
  struct Pending {
    IoCall call;
    std::uint32_t stack = StackTree::kRoot;
    std::string object;
    std::uint64_t start_ns = 0;
  };

  void signal_all(int signal) {
    for (const pid_t pid : tracker_->living()) ::kill(pid, signal);
  }

  [[nodiscard]] std::string object(pid_t pid, int descriptor) {
    return objects_.name(pid, descriptor, tracker_->living());
  }

  [[nodiscard]] std::string object_of_call(pid_t pid, const IoCall& call) {
    if (io_kind(call.number) == IoKind::open) return "";  // its result tells
    if (io_kind(call.number) != IoKind::transfer) return object(pid, static_cast<int>(call.arguments[0]));
    const IoEnds ends = ends_of(call);
    return object(pid, ends.from) + " -> " + object(pid, ends.to);
  }

  [[nodiscard]] std::uint32_t stack_of(pid_t pid, pid_t tid, const user_regs_struct& user) {
    const Registers registers = registers_of(user);
    const RemoteMemory memory(tid);
    Moment moment;
    moment.time_ns = monotonic_ns();
    moment.pid = pid;
    moment.tid = tid;
    moment.registers = &registers;
    moment.memory = &memory;
    return tracker_->stack_of(moment);
  }

  bool entered_call(pid_t pid, pid_t tid) override {
    const auto user = user_registers(tid);
    if (!user) return false;
    Pending pending;
    pending.call = {.number = static_cast<long>(user->orig_rax),
                    .arguments = {user->rdi, user->rsi, user->rdx, user->r10, user->r8, user->r9}};
    if (io_kind(pending.call.number) == IoKind::ring) tell_of_ring();
    pending.stack = stack_of(pid, tid, *user);
    pending.object = object_of_call(pid, pending.call);
    pending.start_ns = monotonic_ns();
    pending_[tid] = std::move(pending);
    return true;
  }

  void left_call(pid_t pid, pid_t tid) override {
    const std::uint64_t now = monotonic_ns();
    const auto found = pending_.find(tid);
    if (found == pending_.end()) return;
    Pending pending = std::move(found->second);
    pending_.erase(found);
    const auto user = user_registers(tid);
    if (!user) return;
    const auto result = static_cast<std::int64_t>(user->rax);
    if (is_restarted(result)) {
      add(pid, tid, pending, now, 0, 0);
      return;
    }
    if (io_kind(pending.call.number) == IoKind::open && result >= 0) {
      pending.object = object(pid, static_cast<int>(result));
    }
    add(pid, tid, pending, now, bytes_of(pending.call, result, RemoteMemory(pid)), 1);
  }

  void add(pid_t pid, pid_t tid, const Pending& pending, std::uint64_t now, std::uint64_t bytes, std::uint64_t calls) {
    const BlockedCall call{.number = pending.call.number, .arguments = pending.call.arguments};
    const bool socket = pending.object.starts_with("tcp ") || pending.object.starts_with("udp ") ||
                        pending.object.starts_with("unix ") || pending.object == "socket";
    Moment moment;
    moment.time_ns = now;
    moment.pid = pid;
    moment.tid = tid;
    moment.activity = activity_of(call, socket ? "socket:" : "");
    moment.object = pending.object;
    moment.values[kIoBytes] = bytes;
    moment.values[kIoCalls] = calls;
    moment.values[kIoTime] = now - pending.start_ns;
    tracker_->add_at(moment, pending.stack);
  }

  void tell_of_ring() {
    if (ring_told_) return;
    ring_told_ = true;
    recording_.doubts.push_back({.subject = "io_uring",
                                 .finding = "the program uses io_uring, whose input and output are not counted",
                                 .advice = "switch it off in the program for this measurement"});
  }

  void began(pid_t parent, pid_t pid, pid_t tid) override {
    if (attached_) tracker_->started(monotonic_ns(), parent, pid, tid);
  }

  void executed(pid_t pid) override {
    pending_.erase(pid);
    const std::string name = read_proc("/proc/" + std::to_string(pid) + "/comm");
    tracker_->executed(monotonic_ns(), pid, name.substr(0, name.find('\n')));
  }

  void interrupted(pid_t /*pid*/, pid_t /*tid*/) override {}
  void ending(pid_t /*pid*/, pid_t /*tid*/) override {}

  void ended(pid_t pid, pid_t tid) override {
    const std::uint64_t now = monotonic_ns();
    if (const auto found = pending_.find(tid); found != pending_.end()) {  // killed in a call
      add(pid, tid, found->second, now, 0, 1);
      pending_.erase(found);
    }
    tracker_->ended(now, pid, tid);
  }

  Recording& recording_;
  IoObjects objects_;
  std::map<pid_t, Pending> pending_;  // by tid
  Tracker* tracker_ = nullptr;
  bool attached_ = false;
  bool ring_told_ = false;
  Tracing tracing_;
};

bool records(Mode mode) {
  return mode == Mode::io;
}

std::string missing(const RecordOptions& /*options*/) {
  return tracing_missing();
}

std::unique_ptr<Backend> make(const RecordOptions& /*options*/, Recording& recording) {
  return std::make_unique<Syscalls>(recording);
}

}  // namespace

BackendKind syscalls_kind() {
  return {.name = "syscalls",
          .does = "counts every input and output call exactly; stops at those alone, by a seccomp filter and ptrace",
          .records = records,
          .missing = missing,
          .make = make};
}

}  // namespace perfopt::prof
