// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/record/ptrace.hpp"

#include "perfopt/core/clock.hpp"
#include "perfopt/prof/record/recording_clock.hpp"
#include "perfopt/prof/record/stopped_thread.hpp"
#include "perfopt/prof/record/tracing.hpp"
#include "perfopt/prof/record/wait_look.hpp"
#include "perfopt/prof/record/watched_threads.hpp"
#include "perfopt/prof/task_status.hpp"

namespace perfopt::prof {
namespace {

class Ptrace final : public Backend, private TraceObserver {
 public:
  Ptrace(const RecordOptions& options, Recording& recording)
      : clock_(options), recording_(recording), threads_(recording), tracing_(*this) {
    begin_time_recording(options, recording);
  }

  void attach(Target& target, Tracker& tracker) override {
    tracker_ = &tracker;
    tracker.read_mappings();
    tracing_.seize(target);
    attached_ = true;
  }

  void record(Target& target, Tracker& tracker, const Cancellation& cancellation) override {
    clock_.start();
    target.go();
    while (!clock_.over() && !cancellation.requested()) {
      if (!tracing_.step(clock_.next_tick(), target)) break;
      if (target.started_by_us() ? target.status().has_value() : target.ended()) break;
      if (clock_.tick()) look();
    }
    threads_.finish(tracker, monotonic_ns());
    finished_ = true;
    tracing_.release();
  }

 private:
  void look() {
    const std::uint64_t now = monotonic_ns();
    threads_.look_at_due(now + clock_.period_ns() / 3, [&](WatchedThreads::Thread& thread) {
      const WaitLook seen = look_at_wait(thread.ledger, *tracker_, now);
      if (seen == WaitLook::running) tracing_.interrupt(thread.ledger.tid());
      threads_.found(thread, seen != WaitLook::same_wait);
    });
    threads_.measure_memory(*tracker_, now);
  }

  void began(pid_t parent, pid_t pid, pid_t tid) override {
    const std::uint64_t now = monotonic_ns();
    if (attached_) tracker_->started(now, parent, pid, tid);
    threads_.add(*tracker_, pid, tid, now, attached_);
  }

  void executed(pid_t pid) override {
    const std::uint64_t now = monotonic_ns();
    threads_.close(*tracker_, pid, now);
    const std::string name = read_proc("/proc/" + std::to_string(pid) + "/comm");
    tracker_->executed(now, pid, name.substr(0, name.find('\n')));
    threads_.add(*tracker_, pid, pid, now, false);
  }

  void interrupted(pid_t pid, pid_t tid) override {
    WatchedThreads::Thread* const thread = threads_.find(tid);
    if (thread == nullptr) return;
    Moment moment;
    moment.time_ns = monotonic_ns();
    moment.pid = pid;
    moment.tid = tid;
    (void)thread->ledger.refresh(moment.time_ns);
    const auto user = user_registers(tid);
    if (!user) {
      thread->ledger.ran(*tracker_, StackTree::kRoot);
      return;
    }
    const Registers registers = registers_of(*user);
    const StackCopy memory(tid, registers.sp());
    moment.registers = &registers;
    moment.memory = &memory;
    // An interpreter's frames are read where they are, and must stand still; a native stack has been copied.
    const bool script = !recording_.processes[tracker_->process_index(pid)].language.empty();
    if (!script) tracing_.resume(tid);
    thread->ledger.ran(*tracker_, tracker_->stack_of(moment));
  }

  void ending(pid_t /*pid*/, pid_t tid) override { threads_.close(*tracker_, tid, monotonic_ns()); }

  void ended(pid_t pid, pid_t tid) override {
    if (finished_) return;
    const std::uint64_t now = monotonic_ns();
    threads_.close(*tracker_, tid, now);
    tracker_->ended(now, pid, tid);
  }

  RecordingClock clock_;
  Recording& recording_;
  WatchedThreads threads_;
  Tracker* tracker_ = nullptr;
  bool attached_ = false;
  bool finished_ = false;
  Tracing tracing_;  // last: it lets go of all when it goes, which the others must see
};

bool records(Mode mode) {
  return mode == Mode::cpu || mode == Mode::wall || mode == Mode::offcpu;
}

std::string missing(const RecordOptions& /*options*/) {
  return tracing_missing();
}

std::unique_ptr<Backend> make(const RecordOptions& options, Recording& recording) {
  return std::make_unique<Ptrace>(options, recording);
}

}  // namespace

BackendKind ptrace_kind() {
  return {.name = "ptrace",
          .does = "stops running threads for microseconds; waits are read from /proc; needs no perf permission",
          .records = records,
          .missing = missing,
          .make = make};
}

}  // namespace perfopt::prof
