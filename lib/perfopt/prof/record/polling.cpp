// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/record/polling.hpp"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <span>
#include <vector>

#include "perfopt/core/clock.hpp"
#include "perfopt/prof/task_status.hpp"

namespace perfopt::prof {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;
// Processes that are young are looked at for children and threads at every tick, old ones a hundred times a second.
constexpr std::uint64_t kYoungNs = 200'000'000;
constexpr std::uint64_t kScanPauseNs = 10'000'000;

std::string program_of(pid_t pid) {
  std::array<char, 4096> path{};
  const ssize_t length = ::readlink(("/proc/" + std::to_string(pid) + "/exe").c_str(), path.data(), path.size());
  return length <= 0 ? "" : std::string(path.data(), static_cast<std::size_t>(length));
}

std::string name_of(pid_t pid) {
  const std::string text = read_proc("/proc/" + std::to_string(pid) + "/comm");
  return text.substr(0, text.find('\n'));
}

std::uint64_t nanoseconds(const timeval& time) {
  return static_cast<std::uint64_t>(time.tv_sec) * kSecond + static_cast<std::uint64_t>(time.tv_usec) * 1000;
}

std::uint64_t cpu_of_children() {
  rusage usage{};
  ::getrusage(RUSAGE_CHILDREN, &usage);
  return nanoseconds(usage.ru_utime) + nanoseconds(usage.ru_stime);
}

// Until then, or until the process has ended.
void sleep_until(std::uint64_t deadline_ns, int end_fd) {
  const std::uint64_t now = monotonic_ns();
  if (now >= deadline_ns) return;
  const std::uint64_t left = deadline_ns - now;
  const timespec wait{.tv_sec = static_cast<time_t>(left / kSecond), .tv_nsec = static_cast<long>(left % kSecond)};
  pollfd end{end_fd, POLLIN, 0};
  ::ppoll(&end, end_fd >= 0 ? 1 : 0, &wait, nullptr);
}

// The kernel may delay our sleeps by 50 microseconds to save power, and does unless it is told not to.
class PreciseTimers {
 public:
  PreciseTimers() : before_(::prctl(PR_GET_TIMERSLACK, 0, 0, 0, 0)) { ::prctl(PR_SET_TIMERSLACK, 1UL, 0, 0, 0); }
  PreciseTimers(const PreciseTimers&) = delete;
  PreciseTimers& operator=(const PreciseTimers&) = delete;
  ~PreciseTimers() { ::prctl(PR_SET_TIMERSLACK, static_cast<unsigned long>(std::max(before_, 1)), 0, 0, 0); }

 private:
  int before_;
};

}  // namespace

PollingBackend::PollingBackend(const RecordOptions& options, Recording& recording)
    : clock_(options), recording_(recording), threads_(recording) {
  begin_time_recording(options, recording);
}

std::uint32_t PollingBackend::marker(std::string_view name, model::Language language) {
  const ScriptName named{.function = std::string(name), .file = "", .language = language};
  const FrameKey key{FrameKind::marker, recording_.names.index(named), 0};
  return recording_.stacks.insert(std::span(&key, 1));
}

void PollingBackend::attach(Target& target, Tracker& tracker) {
  tracker.read_mappings();
  children_cpu_ns_ = cpu_of_children();
  if (target.started_by_us()) return;  // it is still a copy of us
  std::vector<pid_t> left{target.pid()};
  const std::uint64_t now = monotonic_ns();
  while (!left.empty()) {
    const pid_t pid = left.back();
    left.pop_back();
    add_process(tracker, 0, pid, now, false);
    for (const pid_t child : children_of(pid)) {
      if (!processes_.contains(child)) left.push_back(child);
    }
  }
}

void PollingBackend::add_process(Tracker& tracker, pid_t parent, pid_t pid, std::uint64_t now_ns, bool born) {
  if (parent != 0) tracker.started(now_ns, parent, pid, pid);
  processes_[pid] = {.program = program_of(pid), .next_scan_ns = 0, .found_ns = now_ns};
  // What was forked before we looked may have executed another program already.
  if (parent != 0 && processes_.contains(parent) && processes_[parent].program != processes_[pid].program) {
    tracker.executed(now_ns, pid, name_of(pid));
  }
  for (const pid_t tid : threads_of(pid)) threads_.add(tracker, pid, tid, now_ns, born);
}

void PollingBackend::scan_process(Tracker& tracker, pid_t pid, std::uint64_t now_ns) {
  const std::vector<pid_t> tids = threads_of(pid);
  if (tids.empty()) {
    threads_.close(tracker, pid, now_ns);
    tracker.ended(now_ns, pid, pid);
    processes_.erase(pid);
    return;
  }
  Process& process = processes_[pid];
  if (std::string program = program_of(pid); !program.empty() && program != process.program) {
    process.program = std::move(program);
    process.found_ns = now_ns;
    tracker.executed(now_ns, pid, name_of(pid));
  }
  for (const pid_t tid : tids) {
    if (threads_.find(tid) != nullptr) continue;
    if (tid != pid) tracker.started(now_ns, pid, pid, tid);
    threads_.add(tracker, pid, tid, now_ns, true);
  }
  const bool young = now_ns - process.found_ns < kYoungNs;
  process.next_scan_ns = young ? now_ns : now_ns + kScanPauseNs;
  for (const pid_t child : children_of(pid)) {
    if (!processes_.contains(child)) add_process(tracker, pid, child, now_ns, true);
  }
}

void PollingBackend::scan(Tracker& tracker, std::uint64_t now_ns) {
  std::vector<pid_t> due;
  for (const auto& [pid, process] : processes_) {
    if (process.next_scan_ns <= now_ns) due.push_back(pid);
  }
  // Those that have waited longest come first, when there are too many for one tick.
  std::ranges::sort(due, {}, [&](pid_t pid) { return processes_[pid].next_scan_ns; });
  const std::uint64_t deadline = monotonic_ns() + clock_.period_ns() / 3;
  for (const pid_t pid : due) {
    scan_process(tracker, pid, now_ns);
    if (monotonic_ns() >= deadline) break;
  }
}

void PollingBackend::look_at_due(Tracker& tracker, std::uint64_t now_ns) {
  threads_.look_at_due(now_ns + clock_.period_ns() / 3, [&](WatchedThreads::Thread& thread) {
    const Seen seen = look(thread.ledger, tracker, now_ns);
    if (seen != Seen::gone) {
      threads_.found(thread, seen == Seen::active);
      return;
    }
    const pid_t pid = thread.ledger.pid();
    const pid_t tid = thread.ledger.tid();
    threads_.close(tracker, tid, now_ns);
    if (pid != tid) tracker.ended(now_ns, pid, tid);
  });
}

// The rest, of processes and last moments that no look has met. After finish(): cpu_s is what was seen.
void PollingBackend::add_unseen(const Target& target, Tracker& tracker, std::uint64_t now_ns) {
  if (!target.started_by_us() || !target.status()) return;
  const std::uint64_t charged_ns = cpu_of_children() - children_cpu_ns_;
  const auto seen_ns = static_cast<std::uint64_t>(*recording_.cpu_s * 1e9);
  if (charged_ns <= seen_ns) return;
  Moment rest;
  rest.time_ns = now_ns;
  rest.pid = target.pid();
  rest.tid = target.pid();
  rest.values[kCpu] = rest.values[kWall] = charged_ns - seen_ns;
  tracker.add_at(rest, marker("[between looks]"));
  recording_.cpu_s = static_cast<double>(charged_ns) * 1e-9;
  recording_.wall_s = recording_.wall_s.value_or(0) + static_cast<double>(charged_ns - seen_ns) * 1e-9;
}

void PollingBackend::record(Target& target, Tracker& tracker, const Cancellation& cancellation) {
  const PreciseTimers timers;
  target.go();
  clock_.start();
  if (target.started_by_us()) add_process(tracker, 0, target.pid(), monotonic_ns(), false);
  while (!clock_.over() && !cancellation.requested() && !target.ended()) {
    const std::uint64_t now = monotonic_ns();
    scan(tracker, now);
    look_at_due(tracker, now);
    threads_.measure_memory(tracker, now);
    (void)clock_.tick();
    sleep_until(clock_.next_tick(), target.end_fd());
  }
  const std::uint64_t now = monotonic_ns();
  threads_.finish(tracker, now);
  add_unseen(target, tracker, now);
  for (const auto& [pid, process] : processes_) {
    if (threads_of(pid).empty()) tracker.ended(now, pid, pid);
  }
}

}  // namespace perfopt::prof
