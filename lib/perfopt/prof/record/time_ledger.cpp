// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/record/time_ledger.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "perfopt/prof/record/backend.hpp"
#include "perfopt/prof/task_status.hpp"

namespace perfopt::prof {
namespace {

// Reading the count of faults costs as much as a sample; each one may stand for what came since the last.
constexpr std::size_t kMostPending = 64;
constexpr int kMostDescriptors = 512;  // half of the usual limit
constexpr unsigned kSamplesAFaultCount = 4;

std::optional<std::uint64_t> faults_of(pid_t pid, pid_t tid) {
  const auto stat = parse_stat(read_proc(task_path(pid, tid, "stat")));
  if (!stat) return std::nullopt;
  return stat->minor_faults + stat->major_faults;
}

}  // namespace

TimeLedger::TimeLedger(pid_t pid, pid_t tid, std::uint64_t now_ns, bool born)
    : pid_(pid),
      tid_(tid),
      schedstat_(::open(task_path(pid, tid, "schedstat").c_str(), O_RDONLY | O_CLOEXEC)),
      start_ns_(now_ns),
      now_ns_(now_ns) {
  if (schedstat_.get() > kMostDescriptors) schedstat_.reset();
  times_ = read_times().value_or(Times{});
  if (!born) {
    from_ = times_;
  } else {  // it began some time before it was found
    start_ns_ -= std::min(start_ns_, times_.cpu_ns + times_.ready_ns);
  }
  faults_ = born ? 0 : faults_of(pid, tid).value_or(0);
}

std::optional<TimeLedger::Times> TimeLedger::read_times() const {
  std::string text;
  if (schedstat_) {
    std::array<char, 80> line{};
    const ssize_t got = ::pread(schedstat_.get(), line.data(), line.size(), 0);
    if (got <= 0) return std::nullopt;
    text.assign(line.data(), static_cast<std::size_t>(got));
  } else {
    text = read_proc(task_path(pid_, tid_, "schedstat"));
  }
  if (const auto exact = parse_schedstat(text)) return Times{.cpu_ns = exact->cpu_ns, .ready_ns = exact->ready_ns};
  if (const auto stat = parse_stat(read_proc(task_path(pid_, tid_, "stat")))) return Times{.cpu_ns = stat->cpu_ns};
  return std::nullopt;
}

bool TimeLedger::refresh(std::uint64_t now_ns) {
  const auto times = read_times();
  if (!times) return false;
  now_ns_ = std::max(now_ns_, now_ns);
  times_.cpu_ns = std::max(times_.cpu_ns, times->cpu_ns);
  times_.ready_ns = std::max(times_.ready_ns, times->ready_ns);
  return true;
}

Moment TimeLedger::moment(model::Activity activity) const noexcept {
  Moment moment;
  moment.time_ns = now_ns_;
  moment.pid = pid_;
  moment.tid = tid_;
  moment.activity = activity;
  return moment;
}

std::uint64_t TimeLedger::new_faults() {
  if (samples_++ % kSamplesAFaultCount != 0) return 0;
  const auto now = faults_of(pid_, tid_);
  if (!now || *now < faults_) return 0;
  return *now - std::exchange(faults_, *now);
}

void TimeLedger::settle_cpu(Tracker& tracker) {
  const std::uint64_t cpu = owed_cpu_ns();
  const std::uint64_t ready = times_.ready_ns - from_.ready_ns - charged_.ready_ns;
  const std::uint64_t parts = ran_.size();
  Moment running = moment(model::Activity::running);
  for (std::uint64_t i = 0; i < parts; ++i) {  // whose parts sum to the whole
    running.values[kCpu] = running.values[kWall] = cpu * (i + 1) / parts - cpu * i / parts;
    running.values[kFaults] = i == 0 ? new_faults() : 0;
    tracker.add_at(running, ran_[i]);
  }
  if (ready > 0) {
    Moment preempted = moment(model::Activity::preempted);
    preempted.values[kWall] = ready;
    tracker.add_at(preempted, ran_.back());
  }
  charged_.cpu_ns += cpu;
  charged_.ready_ns += ready;
  ran_.clear();
}

void TimeLedger::settle_wait(Tracker& tracker) {
  if (!wait_) return;
  const std::uint64_t busy = cpu_ns() + (times_.ready_ns - from_.ready_ns) + waited_ns_;
  if (wall_ns() > busy) {
    const std::uint64_t off = wall_ns() - busy;
    Moment waiting = moment(wait_->activity);
    waiting.values[kWall] = off;
    waiting.object = wait_->object;
    waited_ns_ += off;
    tracker.add_at(waiting, wait_->stack);
  }
  wait_.reset();
}

void TimeLedger::ran(Tracker& tracker, std::uint32_t stack) {
  settle_wait(tracker);
  ran_.push_back(stack);
  last_ran_ = stack;
  if (owed_cpu_ns() > 0 || ran_.size() >= kMostPending) settle_cpu(tracker);
}

void TimeLedger::waits(Tracker& tracker, const BlockedCall& call, std::uint32_t stack, model::Activity activity,
                       const std::string& object) {
  settle_wait(tracker);
  wait_ = Wait{.call = call, .cpu_ns = times_.cpu_ns, .stack = stack, .activity = activity, .object = object};
}

bool TimeLedger::in_same_wait(const BlockedCall& call) const noexcept {
  return wait_ && wait_->call == call && wait_->cpu_ns == times_.cpu_ns;
}

void TimeLedger::close(Tracker& tracker, std::uint32_t fallback) {
  if (!wait_) wait_ = Wait{.call = {}, .stack = last_ran_.value_or(fallback), .object = ""};
  settle_wait(tracker);
  const bool owed = owed_cpu_ns() > 0 || times_.ready_ns - from_.ready_ns > charged_.ready_ns;
  samples_ = 0;  // the last count is due
  if (owed && ran_.empty()) ran_.push_back(last_ran_.value_or(fallback));
  if (!ran_.empty()) settle_cpu(tracker);
}

}  // namespace perfopt::prof
