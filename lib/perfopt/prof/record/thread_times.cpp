// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/record/thread_times.hpp"

#include <algorithm>
#include <utility>

namespace perfopt::prof {
namespace {

// A wait this long is seen for itself: looks are at most half as far apart.
constexpr std::uint64_t kShortWait = 20'000'000;
// What is too little for a row of its own is summed over this long.
constexpr std::uint64_t kSummed = 5'000'000;

}  // namespace

ThreadTimes::ThreadTimes(Recording& recording, Tracker& tracker, std::uint64_t period_ns, bool all_sampled)
    : recording_(recording),
      tracker_(tracker),
      period_ns_(static_cast<std::int64_t>(period_ns)),
      all_sampled_(all_sampled),
      kernel_(marker("[kernel]")),
      unsampled_(marker("[unsampled]")),
      preempted_(marker("[preempted]")),
      short_waits_(marker("[short waits]")) {}

std::uint32_t ThreadTimes::marker(std::string name) {
  const std::uint32_t index = recording_.names.index({.function = std::move(name), .file = ""});
  return recording_.stacks.child(StackTree::kRoot, {FrameKind::marker, index, 0});
}

void ThreadTimes::started(std::uint64_t time, pid_t pid, pid_t tid, ThreadState state) {
  if (const auto found = threads_.find(tid); found != threads_.end()) close(time, tid, found->second);
  Thread fresh;
  fresh.pid = pid;
  fresh.state = state;
  fresh.since = fresh.begun = time;
  threads_.insert_or_assign(tid, std::move(fresh));
  if (state == ThreadState::waiting) unseen_.push_back({pid, tid, time});
}

ThreadTimes::Thread& ThreadTimes::thread(std::uint64_t time, pid_t pid, pid_t tid, ThreadState state) {
  const auto found = threads_.find(tid);
  if (found != threads_.end()) return found->second;
  started(time, pid, tid, state);
  return threads_.at(tid);
}

void ThreadTimes::executed(std::uint64_t time, pid_t pid) {
  std::vector<pid_t> others;
  for (const auto& [tid, thread] : threads_) {
    if (thread.pid == pid && tid != pid) others.push_back(tid);
  }
  for (const pid_t tid : others) ended(time, pid, tid);
  thread(time, pid, pid, ThreadState::running);
}

void ThreadTimes::switched_in(std::uint64_t time, pid_t pid, pid_t tid, std::uint32_t cpu) {
  Thread& thread = this->thread(time, pid, tid, ThreadState::running);
  if (thread.state == ThreadState::running) {  // the record of its leaving was lost
    count_running(thread, time);
  } else if (thread.state == ThreadState::ready) {
    if (thread.preempted_ns == 0) thread.preempted_at = thread.since;
    thread.preempted_ns += time - std::min(time, thread.since);
    if (thread.preempted_ns >= kSummed) close_preemption(tid, thread);
  } else {
    close_wait(tid, thread, time);
  }
  thread.state = ThreadState::running;
  thread.since = time;
  thread.cpu = cpu;
}

void ThreadTimes::switched_out(std::uint64_t time, pid_t pid, pid_t tid, std::uint32_t cpu, bool preempted) {
  Thread& thread = this->thread(time, pid, tid, ThreadState::running);
  thread.cpu = cpu;
  count_running(thread, time);
  if (!all_sampled_) tell_kernel_time(tid, thread, time);
  ++(preempted ? thread.involuntary : thread.voluntary);
  thread.state = preempted ? ThreadState::ready : ThreadState::waiting;
  thread.since = time;
  if (!preempted) unseen_.push_back({pid, tid, time});
}

void ThreadTimes::sampled(std::uint64_t time, pid_t pid, pid_t tid, std::uint32_t cpu, std::uint32_t stack) {
  Thread& thread = this->thread(time, pid, tid, ThreadState::running);
  thread.cpu = cpu;
  count_running(thread, time);
  std::int64_t& unsampled = unsampled_on(thread, cpu);
  std::int64_t ran = 0;  // on all CPUs: no thread is charged more than it ran
  for (const OnCpu& on : thread.unsampled) ran += on.unsampled;
  std::uint64_t weight = static_cast<std::uint64_t>(std::clamp<std::int64_t>(ran, 0, period_ns_));
  unsampled -= static_cast<std::int64_t>(weight);
  // The timer fired in between and nobody was told: in the kernel, or while this machine's CPU was not there at all.
  const std::int64_t missed = (unsampled + period_ns_ / 2) / period_ns_;
  if (missed > 0) {
    const auto ns = static_cast<std::uint64_t>(missed * period_ns_);
    unsampled -= missed * period_ns_;
    if (all_sampled_) {
      weight += ns;
    } else {
      add_running(tid, thread, time - std::min(time, ns), ns, kernel_);
    }
  }
  thread.last_stack = stack;
  thread.was_sampled = true;
  add_running(tid, thread, time, weight, stack);
}

void ThreadTimes::tell_kernel_time(pid_t tid, Thread& thread, std::uint64_t time) {
  std::int64_t& unsampled = unsampled_on(thread, thread.cpu);
  const std::int64_t missed = unsampled / period_ns_;
  if (missed < 2) return;  // one may be due this very moment
  unsampled -= missed * period_ns_;
  add_running(tid, thread, time, static_cast<std::uint64_t>(missed * period_ns_), kernel_);
}

void ThreadTimes::ended(std::uint64_t time, pid_t /*pid*/, pid_t tid) {
  const auto found = threads_.find(tid);
  if (found == threads_.end()) return;
  close(time, tid, found->second);
  threads_.erase(found);
}

void ThreadTimes::finish(std::uint64_t time) {
  for (auto& [tid, thread] : threads_) close(time, tid, thread);
  threads_.clear();
}

void ThreadTimes::looked(pid_t tid, Look look) {
  const auto found = threads_.find(tid);
  if (found == threads_.end()) return;
  found->second.look = std::move(look);
  found->second.has_look = true;
}

std::vector<ThreadTimes::Waiting> ThreadTimes::take_unseen() {
  std::vector<Waiting> waiting = std::exchange(unseen_, {});
  std::erase_if(waiting, [&](const Waiting& one) { return !still(one); });  // what is left is one a thread at most
  std::ranges::sort(waiting, {}, &Waiting::since);
  return waiting;
}

bool ThreadTimes::still(const Waiting& waiting) const {
  const auto found = threads_.find(waiting.tid);
  return found != threads_.end() && found->second.state == ThreadState::waiting && found->second.since == waiting.since;
}

void ThreadTimes::charge_switches(std::uint64_t charged_ns) {
  const auto switches_of = [](const model::ProfiledThread& thread) {
    return thread.voluntary_switches.value_or(0) + thread.involuntary_switches.value_or(0);
  };
  std::uint64_t switches = 0;
  for (const model::ProfiledThread& thread : recording_.threads) switches += switches_of(thread);
  if (switches == 0 || charged_ns <= cpu_ns_ || recording_.waits_only) return;
  const auto each = static_cast<double>(charged_ns - cpu_ns_) / static_cast<double>(switches);
  SampleRow row;
  row.stack = marker("[switching]");
  for (model::ProfiledThread& thread : recording_.threads) {
    const auto ns = static_cast<std::uint64_t>(each * static_cast<double>(switches_of(thread)));
    row.values[kCpu] = ns;
    if (ns > 0) {
      row.thread = static_cast<std::uint32_t>(&thread - recording_.threads.data());
      row.time_ns = thread.start_ns;
      recording_.samples.add(row);
    }
    thread.cpu_ns = thread.cpu_ns.value_or(0) + ns;
  }
}

std::vector<pid_t> ThreadTimes::tids() const {
  std::vector<pid_t> tids;
  for (const auto& [tid, thread] : threads_) tids.push_back(tid);
  return tids;
}

void ThreadTimes::count_running(Thread& thread, std::uint64_t time) {
  if (thread.state != ThreadState::running || time <= thread.since) return;
  const std::uint64_t ns = time - thread.since;
  thread.cpu_ns += ns;
  unsampled_on(thread, thread.cpu) += static_cast<std::int64_t>(ns);
  thread.since = time;
}

std::int64_t& ThreadTimes::unsampled_on(Thread& thread, std::uint32_t cpu) {
  const auto found = std::ranges::find(thread.unsampled, cpu, &OnCpu::cpu);
  if (found != thread.unsampled.end()) return found->unsampled;
  return thread.unsampled.emplace_back(OnCpu{.cpu = cpu, .unsampled = 0}).unsampled;
}

void ThreadTimes::close_wait(pid_t tid, Thread& thread, std::uint64_t time) {
  const std::uint64_t ns = time - std::min(time, thread.since);
  const bool seen = thread.has_look && thread.look.time >= thread.since && thread.look.time <= time;
  if (seen) {
    std::uint64_t weight = ns;
    if (ns < kShortWait) weight += std::exchange(thread.unseen_ns, 0);
    add_wait(tid, thread, thread.since, weight, thread.look);
  } else {
    if (thread.unseen_ns == 0) thread.unseen_at = thread.since;
    thread.unseen_ns += ns;
  }
  // A look at a later moment belongs to a wait that begins after this one.
  if (seen || (thread.has_look && thread.look.time < thread.since)) thread.has_look = false;
}

void ThreadTimes::close_preemption(pid_t tid, Thread& thread) {
  const Look ready{.stack = preempted_, .activity = model::Activity::preempted, .object = ""};
  add_wait(tid, thread, thread.preempted_at, std::exchange(thread.preempted_ns, 0), ready);
}

void ThreadTimes::close_unseen(pid_t tid, Thread& thread) {
  const Look unseen{.stack = short_waits_, .activity = model::Activity::other, .object = ""};
  add_wait(tid, thread, thread.unseen_at, std::exchange(thread.unseen_ns, 0), unseen);
}

void ThreadTimes::close(std::uint64_t time, pid_t tid, Thread& thread) {
  if (thread.state == ThreadState::running) count_running(thread, time);
  if (thread.state == ThreadState::waiting) close_wait(tid, thread, time);
  if (thread.state == ThreadState::ready) {
    if (thread.preempted_ns == 0) thread.preempted_at = thread.since;
    thread.preempted_ns += time - std::min(time, thread.since);
  }
  close_preemption(tid, thread);
  close_unseen(tid, thread);
  std::int64_t rest = 0;
  for (OnCpu& on : thread.unsampled) {
    thread.cpu = on.cpu;
    if (!all_sampled_) tell_kernel_time(tid, thread, time);
    rest += on.unsampled;
  }
  const std::uint32_t stack = thread.was_sampled ? thread.last_stack : unsampled_;
  if (rest > 0) add_running(tid, thread, time, static_cast<std::uint64_t>(rest), stack);
  wall_ns_ += time - std::min(time, thread.begun);
  model::ProfiledThread& shown = tracker_.thread(thread.pid, tid);
  shown.cpu_ns = thread.cpu_ns;
  shown.voluntary_switches = thread.voluntary;
  shown.involuntary_switches = thread.involuntary;
}

void ThreadTimes::add_running(pid_t tid, const Thread& thread, std::uint64_t time, std::uint64_t ns,
                              std::uint32_t stack) {
  cpu_ns_ += ns;
  Moment moment{.time_ns = time, .pid = thread.pid, .tid = tid};
  moment.values[kCpu] = ns;
  moment.values[kWall] = ns;
  tracker_.add_at(moment, stack);
}

void ThreadTimes::add_wait(pid_t tid, const Thread& thread, std::uint64_t time, std::uint64_t ns, const Look& look) {
  if (ns == 0) return;
  Moment moment{.time_ns = time, .pid = thread.pid, .tid = tid, .activity = look.activity};
  moment.values[kWall] = ns;
  moment.object = look.object;
  tracker_.add_at(moment, look.stack);
}

}  // namespace perfopt::prof
