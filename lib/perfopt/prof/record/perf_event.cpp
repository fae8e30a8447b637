// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/record/perf_event.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "perfopt/core/clock.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/units.hpp"
#include "perfopt/prof/record/perf_events.hpp"
#include "perfopt/prof/record/recording_clock.hpp"
#include "perfopt/prof/record/task_records.hpp"
#include "perfopt/prof/record/thread_times.hpp"
#include "perfopt/prof/record/wait_stacks.hpp"
#include "perfopt/prof/task_status.hpp"

namespace perfopt::prof {
namespace {

constexpr std::uint64_t kMillisecond = 1'000'000;
constexpr std::uint64_t kPause = 10 * kMillisecond;  // between two drains when nobody must be asked quickly
// An interpreter may still be asked about a sample this old. On a busy machine the profiler itself waits for a CPU;
// frames that no longer fit the native stack are left out by merge().
constexpr std::uint64_t kFresh = 50 * kMillisecond;
constexpr std::uint64_t kMemoryEvery = 100 * kMillisecond;

bool runs_now(pid_t pid, pid_t tid) {
  const auto stat = parse_stat(read_proc(task_path(pid, tid, "stat")));
  return stat && stat->state == 'R';
}

class PerfEventBackend final : public Backend {
 public:
  PerfEventBackend(const RecordOptions& options, Recording& recording) : options_(options), recording_(recording) {}

  void attach(Target& target, Tracker& tracker) override;
  void record(Target& target, Tracker& tracker, const Cancellation& cancellation) override;

 private:
  void attach_to_running(pid_t target, Tracker& tracker);
  bool follow_threads(pid_t pid, Tracker& tracker);
  bool follow_descendant(pid_t pid, Tracker& tracker);
  void watch(Target& target, Tracker& tracker, const Cancellation& cancellation);
  void pause(const Target& target);
  void drain(Tracker& tracker, std::uint64_t until);
  void handle(const PerfRecord& record, Tracker& tracker);
  void handle_sample(const PerfRecord& record, Tracker& tracker);
  void follow_new(const PerfRecord& fork);
  [[nodiscard]] std::uint32_t stack_of(const PerfRecord& record, Tracker& tracker);
  void fit_samples();
  [[nodiscard]] bool must_be_quick() const;
  [[nodiscard]] bool cut_off(std::uint64_t one_in) const;
  void note_memory(Tracker& tracker);
  void tell_other_faults();
  void close_times(std::uint64_t time);
  void tell_doubts();

  RecordOptions options_;
  Recording& recording_;
  std::optional<PerfEvents> events_;
  std::optional<ThreadTimes> times_;
  std::optional<WaitStacks> waits_;
  std::vector<PerfRecord> oldest_;  // of each ring
  std::unordered_set<pid_t> refused_;
  std::vector<std::uint64_t> kernel_chain_;
  std::vector<std::uint64_t> user_chain_;
  std::unordered_map<pid_t, std::uint64_t> replaced_;  // when a thread got its present set of events
  std::uint64_t dumps_ = 0;                            // since the set was replaced
  std::uint64_t cut_dumps_ = 0;                        // of these, stacks that go on behind the copy
  std::uint64_t faults_told_ = 0;
  std::uint64_t memory_noted_ = 0;
  bool fixed_ = false;  // there are no descriptors for another set
};

void PerfEventBackend::attach(Target& target, Tracker& tracker) {
  events_.emplace(options_.rate_hz, options_.kernel, options_.stack_bytes);
  times_.emplace(recording_, tracker, events_->period_ns(), events_->kernel());
  waits_.emplace(*times_, tracker);
  if (target.started_by_us()) {
    events_->follow(target.pid(), true);
  } else {
    attach_to_running(target.pid(), tracker);
  }
  if (options_.kernel && !events_->kernel()) {
    recording_.doubts.push_back({.subject = "kernel",
                                 .finding = "the kernel side may not be recorded (kernel.perf_event_paranoid is " +
                                            perf_event_paranoid() + "): its time is counted below [kernel]",
                                 .advice = "sysctl kernel.perf_event_paranoid=1, or run as root"});
  }
}

// What a thread starts while we look is found by looking again, or is recorded with the one that started it.
void PerfEventBackend::attach_to_running(pid_t target, Tracker& tracker) {
  for (bool found_new = true; found_new;) {
    found_new = false;
    std::vector<pid_t> left{target};
    while (!left.empty()) {
      const pid_t pid = left.back();
      left.pop_back();
      found_new |= pid == target ? follow_threads(pid, tracker) : follow_descendant(pid, tracker);
      std::ranges::copy(children_of(pid), std::back_inserter(left));
    }
  }
  oldest_.resize(events_->rings().size());
}

// True: there was one that was not followed yet.
bool PerfEventBackend::follow_threads(pid_t pid, Tracker& tracker) {
  bool found_new = false;
  for (const pid_t tid : threads_of(pid)) {
    if (times_->knows(tid) || !events_->follow(tid, false)) continue;
    found_new = true;
    (void)tracker.thread(pid, tid);
    times_->started(monotonic_ns(), pid, tid, runs_now(pid, tid) ? ThreadState::running : ThreadState::waiting);
  }
  return found_new;
}

// A child may have become another user's: the rest is worth recording without it.
bool PerfEventBackend::follow_descendant(pid_t pid, Tracker& tracker) {
  if (refused_.contains(pid)) return false;
  try {
    return follow_threads(pid, tracker);
  } catch (const Unavailable& error) {
    refused_.insert(pid);
    recording_.doubts.push_back({.subject = "children",
                                 .finding = "process " + std::to_string(pid) + " is not recorded: " + error.what(),
                                 .advice = "run perfprof as root"});
    return false;
  }
}

void PerfEventBackend::record(Target& target, Tracker& tracker, const Cancellation& cancellation) {
  target.go();
  try {
    watch(target, tracker, cancellation);
  } catch (...) {
    close_times(monotonic_ns());  // what was recorded up to here is kept, and its sums must hold
    throw;
  }
  const std::uint64_t time = monotonic_ns();
  close_times(time);
  tracker.finish(time);
  tell_doubts();
}

void PerfEventBackend::watch(Target& target, Tracker& tracker, const Cancellation& cancellation) {
  const std::uint64_t start = monotonic_ns();
  const auto duration = static_cast<std::uint64_t>(options_.duration_s.value_or(0) * 1e9);
  for (bool over = false; !over;) {
    pause(target);
    over = target.ended() || cancellation.requested() || (duration > 0 && monotonic_ns() - start >= duration);
    drain(tracker, monotonic_ns());
    if (over) return;
    waits_->look();
    fit_samples();
    note_memory(tracker);
  }
}

// Ends with the pause, the target, a ring that is half full or, where events wake for it, a sample.
void PerfEventBackend::pause(const Target& target) {
  std::vector<pollfd> ready{{.fd = target.end_fd(), .events = POLLIN, .revents = 0}};
  for (const int fd : events_->ring_fds()) ready.push_back({.fd = fd, .events = POLLIN, .revents = 0});
  const timespec longest{.tv_sec = 0, .tv_nsec = static_cast<long>(kPause)};
  if (::ppoll(ready.data(), ready.size(), &longest, nullptr) <= 0) return;
  // The thread that a ring belongs to has ended: from then on it is always ready.
  const bool hung_up = std::ranges::any_of(ready, [](const pollfd& one) { return (one.revents & POLLHUP) != 0; });
  const timespec shortly{.tv_sec = 0, .tv_nsec = static_cast<long>(events_->wakes() ? kMillisecond : kPause)};
  if (hung_up) ::ppoll(ready.data(), 1, &shortly, nullptr);
}

// Records of one thread are written in order, but into the ring of the CPU that it is on. What is older than the moment
// at which we began to look is complete in all rings, so that up to there they can be merged by time.
void PerfEventBackend::drain(Tracker& tracker, std::uint64_t until) {
  const auto rings = events_->rings();
  oldest_.resize(rings.size());
  std::vector<bool> there(rings.size());
  const auto look = [&](std::size_t i) {
    const auto bytes = rings[i].peek();
    there[i] = !bytes.empty();
    if (there[i] && !parse_record(bytes, events_->layout(), oldest_[i])) {
      oldest_[i] = PerfRecord{};  // what cannot be read is passed over as of now
      tracker.lost(1);
    }
    there[i] = there[i] && oldest_[i].time <= until;
  };
  for (std::size_t i = 0; i < rings.size(); ++i) {
    rings[i].refresh();
    look(i);
  }
  for (;;) {
    std::size_t next = rings.size();
    for (std::size_t i = 0; i < rings.size(); ++i) {
      if (there[i] && (next == rings.size() || oldest_[i].time < oldest_[next].time)) next = i;
    }
    if (next == rings.size()) return;
    handle(oldest_[next], tracker);
    rings[next].pop();
    look(next);
  }
}

void PerfEventBackend::handle(const PerfRecord& record, Tracker& tracker) {
  if (record.type == PERF_RECORD_LOST || record.type == PERF_RECORD_LOST_SAMPLES) tracker.lost(record.lost);
  // Of a thread that is no more.
  if (static_cast<pid_t>(record.pid) <= 0 || static_cast<pid_t>(record.tid) <= 0) return;
  if (record.type == PERF_RECORD_SAMPLE) {
    handle_sample(record, tracker);
    return;
  }
  tell_of_task(record, tracker, &*times_, true);
  const bool out = record.type == PERF_RECORD_SWITCH && (record.misc & PERF_RECORD_MISC_SWITCH_OUT) != 0;
  if (out) waits_->switched_out(record);
  if (record.type == PERF_RECORD_FORK) follow_new(record);
}

// A thread that was started while sets were replaced may have taken over its parent's old set, which is closed.
void PerfEventBackend::follow_new(const PerfRecord& fork) {
  const auto parent = replaced_.find(static_cast<pid_t>(fork.parent_tid));
  if (parent == replaced_.end() || fork.time >= parent->second || !events_->may_follow(1)) return;
  const auto tid = static_cast<pid_t>(fork.tid);
  events_->follow_samples(tid);
  replaced_[tid] = monotonic_ns();
}

std::uint32_t PerfEventBackend::stack_of(const PerfRecord& record, Tracker& tracker) {
  split_chain(record.chain, kernel_chain_, user_chain_);
  const LiveStack stack(static_cast<pid_t>(record.tid), record.registers.sp(), record.stack);
  Moment moment{.time_ns = record.time, .pid = static_cast<pid_t>(record.pid), .tid = static_cast<pid_t>(record.tid)};
  moment.kernel_chain = kernel_chain_;
  if (record.registers.known != 0) {
    moment.registers = &record.registers;
    moment.memory = &stack;
  }
  moment.scripts = monotonic_ns() - std::min(monotonic_ns(), record.time) <= kFresh;
  const std::uint64_t truncated = recording_.counts.truncated;
  const std::uint32_t node = tracker.stack_of(moment);
  constexpr std::uint64_t kRemembered = 4000;  // a program has phases: what was long ago counts for less
  if (++dumps_ >= kRemembered) {
    dumps_ /= 2;
    cut_dumps_ /= 2;
  }
  const bool full = !record.stack.empty() && record.stack.size() == record.stack_asked;
  if (full && recording_.counts.truncated > truncated) ++cut_dumps_;
  return node;
}

void PerfEventBackend::handle_sample(const PerfRecord& record, Tracker& tracker) {
  const auto pid = static_cast<pid_t>(record.pid);
  const auto tid = static_cast<pid_t>(record.tid);
  const std::uint32_t stack = stack_of(record, tracker);
  switch (events_->kind(record.id)) {
    case PerfEvent::clock:
      times_->sampled(record.time, pid, tid, record.cpu, stack);
      break;
    case PerfEvent::fault: {
      Moment moment{.time_ns = record.time, .pid = pid, .tid = tid};
      moment.values[kFaults] = PerfEvents::kFaultPeriod;
      faults_told_ += PerfEvents::kFaultPeriod;
      tracker.add_at(moment, stack);
      break;
    }
    case PerfEvent::switched:
      waits_->sampled(record, stack);
      break;
    case PerfEvent::side:
      break;
  }
}

// Interpreters must be asked soon after a sample, and the rest of stacks that are deeper than any copy be read soon;
// for one stack in more than 200 that is not worth what a wake-up costs.
bool PerfEventBackend::must_be_quick() const {
  constexpr std::uint64_t kOneIn = 200;
  const bool largest = events_->stack_bytes() >= PerfEvents::kLargestStack;
  if (options_.stack_bytes == 0 && largest && cut_off(kOneIn)) return true;
  return std::ranges::any_of(recording_.processes, [](const model::ProfiledProcess& process) {
    return !process.end_ns && !process.language.empty() && process.language != "node";
  });
}

// As many stacks are cut off, or more.
bool PerfEventBackend::cut_off(std::uint64_t one_in) const {
  constexpr std::uint64_t kEnough = 3;
  return cut_dumps_ >= kEnough && cut_dumps_ * one_in >= dumps_;
}

// New events for every thread there is: with the next size of copies when many are cut off, and with a wake-up for each
// sample, once that is needed.
void PerfEventBackend::fit_samples() {
  const bool wake = events_->wakes() || must_be_quick();
  constexpr std::uint64_t kOneIn = 500;
  const bool larger = options_.stack_bytes == 0 && events_->stack_bytes() < PerfEvents::kLargestStack;
  const bool grow = larger && cut_off(kOneIn);
  if (fixed_ || (!grow && wake == events_->wakes())) return;
  const std::vector<pid_t> tids = times_->tids();
  fixed_ = !events_->may_follow(tids.size());
  if (fixed_) return;
  events_->replace_samples(events_->stack_bytes() * (grow ? 2 : 1), wake, tids);
  const std::uint64_t time = monotonic_ns();
  for (const pid_t tid : tids) replaced_[tid] = time;
  dumps_ = cut_dumps_ = 0;
}

void PerfEventBackend::note_memory(Tracker& tracker) {
  const std::uint64_t time = monotonic_ns();
  if (time - memory_noted_ < kMemoryEvery) return;
  memory_noted_ = time;
  std::uint64_t sum = 0;
  for (const pid_t pid : tracker.living()) sum += rss_bytes_of(pid);
  if (sum > 0) tracker.memory_used(time, sum);
}

// Those between a thread's last sample and its end.
void PerfEventBackend::tell_other_faults() {
  const std::uint64_t faults = events_->faults();
  if (faults <= faults_told_ || recording_.threads.empty()) return;
  SampleRow row;
  row.stack = times_->unsampled();
  row.values[kFaults] = faults - faults_told_;
  recording_.samples.add(row);
}

void PerfEventBackend::close_times(std::uint64_t time) {
  times_->finish(time);
  tell_other_faults();
  recording_.cpu_s = events_->cpu_s();
  // Where records were lost, running was too, and nobody knows whose.
  if (recording_.counts.lost == 0) times_->charge_switches(static_cast<std::uint64_t>(*recording_.cpu_s * 1e9));
  recording_.wall_s = times_->wall_s();
}

void PerfEventBackend::tell_doubts() {
  if (waits_->forbidden() > 0) {
    recording_.doubts.push_back(
        {.subject = "waits",
         .finding = format_count(waits_->forbidden()) + " waits have no stack: /proc/TID/syscall may not be read",
         .advice = "sysctl kernel.yama.ptrace_scope=0, or let perfprof start the program"});
  }
  if (events_->lacks_faults()) {
    recording_.doubts.push_back({.subject = "page faults",
                                 .finding = "those of some threads are not recorded: descriptors do not suffice",
                                 .advice = "a larger `ulimit -n`"});
  }
}

}  // namespace

BackendKind perf_event_kind() {
  return {.name = "perf_event",
          .does = "samples and context switches from the kernel, stacks unwound as they come",
          .records = [](Mode mode) { return mode == Mode::cpu || mode == Mode::wall || mode == Mode::offcpu; },
          .missing = [](const RecordOptions&) { return perf_event_refusal(); },
          .make = [](const RecordOptions& options, Recording& recording) -> std::unique_ptr<Backend> {
            begin_time_recording(options, recording);
            return std::make_unique<PerfEventBackend>(options, recording);
          }};
}

}  // namespace perfopt::prof
