// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/record/ptrace.hpp"

#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "perfopt/prof/native/memory.hpp"
#include "perfopt/prof/record/recording_clock.hpp"
#include "perfopt/prof/record/tracing.hpp"
#include "perfopt/prof/record/wait_look.hpp"
#include "perfopt/prof/record/watched_threads.hpp"
#include "perfopt/prof/task_status.hpp"

namespace perfopt::prof {
namespace {

constexpr std::size_t kPage = 4096;
constexpr std::uint64_t kLongMode = 0x33;  // the code segment of 64-bit programs

// The innermost part of a stack, copied while its thread stands; what lies beyond is read from the process, where the
// outer frames change rarely.
class StackCopy final : public Memory {
 public:
  StackCopy(pid_t pid, std::uint64_t sp) : address_(sp), beyond_(pid) {
    // Page by page: the copy ends where the first cannot be read.
    std::array<iovec, kPages + 1> pages{};
    std::size_t count = 0;
    for (std::uint64_t at = sp; at < sp + kBytes; ++count) {
      const std::uint64_t end = std::min((at / kPage + 1) * kPage, sp + kBytes);
      pages.at(count) = {reinterpret_cast<void*>(at), end - at};  // NOLINT(performance-no-int-to-ptr)
      at = end;
    }
    const iovec local{bytes_.data(), bytes_.size()};
    const ssize_t got = ::process_vm_readv(pid, &local, 1, pages.data(), count, 0);
    filled_ = got > 0 ? static_cast<std::size_t>(got) : 0;
  }

  [[nodiscard]] bool read(std::uint64_t address, std::span<std::byte> into) const override {
    const std::uint64_t offset = address - address_;
    if (offset > filled_ || into.size() > filled_ - offset) return beyond_.read(address, into);
    std::memcpy(into.data(), bytes_.data() + offset, into.size());
    return true;
  }

 private:
  static constexpr std::size_t kPages = 4;
  static constexpr std::size_t kBytes = kPages * kPage;

  std::uint64_t address_;
  std::size_t filled_ = 0;
  std::array<std::byte, kBytes> bytes_;
  RemoteMemory beyond_;
};

// False for a 32-bit program, whose stacks the unwinder does not know.
bool read_registers(pid_t tid, Registers& into) {
  user_regs_struct user{};
  if (::ptrace(PTRACE_GETREGS, tid, nullptr, &user) != 0 || user.cs != kLongMode) return false;
  // In the order of DWARF for x86-64 (System V ABI, figure 3.36).
  const std::array<std::uint64_t, Registers::kCount> values{user.rax, user.rdx, user.rcx, user.rbx, user.rsi, user.rdi,
                                                            user.rbp, user.rsp, user.r8,  user.r9,  user.r10, user.r11,
                                                            user.r12, user.r13, user.r14, user.r15, user.rip};
  for (std::size_t i = 0; i < values.size(); ++i) into.set(i, values.at(i));
  return true;
}

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
    for (const pid_t tid : threads_.due()) {
      WatchedThreads::Thread& thread = *threads_.find(tid);
      const WaitLook seen = look_at_wait(thread.ledger, *tracker_, now);
      if (seen == WaitLook::running) tracing_.interrupt(tid);
      threads_.found(thread, seen != WaitLook::same_wait);
    }
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
    Registers registers;
    Moment moment;
    moment.time_ns = monotonic_ns();
    moment.pid = pid;
    moment.tid = tid;
    (void)thread->ledger.refresh(moment.time_ns);
    if (!read_registers(tid, registers)) {
      thread->ledger.ran(*tracker_, StackTree::kRoot);
      return;
    }
    const StackCopy memory(pid, registers.sp());
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
