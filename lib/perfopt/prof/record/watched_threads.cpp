// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/record/watched_threads.hpp"

#include <algorithm>

#include "perfopt/core/clock.hpp"
#include "perfopt/prof/task_status.hpp"

namespace perfopt::prof {
namespace {

constexpr unsigned kPatience = 4;     // idle looks until they become half as frequent
constexpr unsigned kMostRarely = 16;  // ticks
constexpr std::uint64_t kMemoryPauseNs = 100'000'000;

}  // namespace

void WatchedThreads::add(Tracker& tracker, pid_t pid, pid_t tid, std::uint64_t now_ns, bool born) {
  if (threads_.contains(tid)) close(tracker, tid, now_ns);  // its number is used again
  threads_.emplace(tid, Thread{TimeLedger(pid, tid, now_ns, born)});
}

WatchedThreads::Thread* WatchedThreads::find(pid_t tid) {
  const auto found = threads_.find(tid);
  return found == threads_.end() ? nullptr : &found->second;
}

void WatchedThreads::look_at_due(std::uint64_t deadline_ns, const std::function<void(Thread&)>& look) {
  ++tick_;
  due_.clear();
  auto next = threads_.upper_bound(last_looked_at_);
  for (std::size_t i = 0; i < threads_.size(); ++i, ++next) {
    if (next == threads_.end()) next = threads_.begin();
    if (next->second.next_tick <= tick_) due_.push_back(next->first);
  }
  for (const pid_t tid : due_) {
    last_looked_at_ = tid;
    if (Thread* const thread = find(tid)) look(*thread);
    if (monotonic_ns() >= deadline_ns) break;
  }
}

void WatchedThreads::found(Thread& thread, bool active) noexcept {
  thread.idle_looks = active ? 0 : thread.idle_looks + 1;
  const unsigned halvings = std::min(thread.idle_looks / kPatience, 4U);
  thread.next_tick = tick_ + std::min(1U << halvings, kMostRarely);
}

void WatchedThreads::close(Tracker& tracker, pid_t tid, std::uint64_t now_ns) {
  const auto found = threads_.find(tid);
  if (found == threads_.end()) return;
  TimeLedger& ledger = found->second.ledger;
  (void)ledger.refresh(now_ns);
  const FrameKey unseen{FrameKind::marker, recording_.names.index({.function = "[between looks]", .file = ""}), 0};
  ledger.close(tracker, recording_.stacks.insert(std::span(&unseen, 1)));
  cpu_ns_ += ledger.cpu_ns();
  wall_ns_ += ledger.wall_ns();
  model::ProfiledThread& shown = tracker.thread(ledger.pid(), tid);
  shown.cpu_ns = shown.cpu_ns.value_or(0) + ledger.cpu_ns();  // an exec begins a second ledger
  threads_.erase(found);
}

void WatchedThreads::finish(Tracker& tracker, std::uint64_t now_ns) {
  while (!threads_.empty()) close(tracker, threads_.begin()->first, now_ns);
  recording_.cpu_s = static_cast<double>(cpu_ns_) * 1e-9;
  recording_.wall_s = static_cast<double>(wall_ns_) * 1e-9;
}

void WatchedThreads::measure_memory(Tracker& tracker, std::uint64_t now_ns) {
  if (now_ns < memory_next_ns_) return;
  memory_next_ns_ = now_ns + kMemoryPauseNs;
  std::uint64_t rss_bytes = 0;
  for (const pid_t pid : tracker.living()) rss_bytes += rss_bytes_of(pid);
  if (rss_bytes > 0) tracker.memory_used(now_ns, rss_bytes);
}

}  // namespace perfopt::prof
