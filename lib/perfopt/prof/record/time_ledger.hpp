// SPDX-License-Identifier: Apache-2.0
// What one thread did between two looks, by the kernel's own counts: whatever a sampler sees, the rows of a thread sum
// to the CPU time and to the lifetime that the kernel knows of.
//
// CPU time since the last sample goes to the stack that the next one finds running (in equal parts to several where the
// kernel's count stands still between them), time off the CPU to the wait that the thread was found in. What was never
// seen (a thread that ended before a look) goes to the stack last seen, or to a
// marker. Times are CLOCK_MONOTONIC nanoseconds.
//
//   source  /proc/PID/task/TID/schedstat (to the nanosecond; lags by a clock tick while the thread runs)
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "perfopt/core/file.hpp"
#include "perfopt/model/profile.hpp"
#include "perfopt/prof/record/blocked_call.hpp"
#include "perfopt/prof/tracker.hpp"

namespace perfopt::prof {

class TimeLedger {
 public:
  // `born`: the thread began in this recording; else what it was charged for before does not count.
  TimeLedger(pid_t pid, pid_t tid, std::uint64_t now_ns, bool born);

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  [[nodiscard]] pid_t tid() const noexcept { return tid_; }
  [[nodiscard]] std::uint64_t cpu_ns() const noexcept { return times_.cpu_ns - from_.cpu_ns; }
  [[nodiscard]] std::uint64_t wall_ns() const noexcept { return now_ns_ - start_ns_; }
  // Has run since the last row of the kind was made.
  [[nodiscard]] std::uint64_t owed_cpu_ns() const noexcept { return cpu_ns() - charged_.cpu_ns; }

  // Asks the kernel. False when the thread is gone: then its time ends here.
  bool refresh(std::uint64_t now_ns);

  // It was found running there. Cheap: rows are made when the kernel's count has moved.
  void ran(Tracker& tracker, std::uint32_t stack);
  // It was found in that wait; all of them until the next call of ran() or waits() are one.
  void waits(Tracker& tracker, const BlockedCall& call, std::uint32_t stack, model::Activity activity,
             const std::string& object);
  // Nothing has happened since that wait was told of: the same call from the same place, and no CPU time.
  [[nodiscard]] bool in_same_wait(const BlockedCall& call) const noexcept;
  // All that is owed becomes rows; `fallback` is the stack of what was never seen.
  void close(Tracker& tracker, std::uint32_t fallback);

 private:
  struct Times {
    std::uint64_t cpu_ns = 0;
    std::uint64_t ready_ns = 0;  // waited for a CPU; 0 where the kernel does not tell
  };
  struct Wait {
    BlockedCall call;
    std::uint64_t cpu_ns = 0;  // of the thread when it began
    std::uint32_t stack = 0;
    model::Activity activity = model::Activity::other;
    std::string object;
  };

  [[nodiscard]] Moment moment(model::Activity activity) const noexcept;
  void settle_wait(Tracker& tracker);
  void settle_cpu(Tracker& tracker);
  [[nodiscard]] std::uint64_t new_faults();

  [[nodiscard]] std::optional<Times> read_times() const;

  pid_t pid_;
  pid_t tid_;
  UniqueFd schedstat_;  // read at each sample; none where there are very many threads
  std::uint64_t start_ns_;
  std::uint64_t now_ns_;
  Times from_;
  Times times_;
  Times charged_;
  std::uint64_t waited_ns_ = 0;  // of it, charged
  std::optional<Wait> wait_;
  std::vector<std::uint32_t> ran_;  // stacks found running since CPU time was last charged
  std::optional<std::uint32_t> last_ran_;
  unsigned samples_ = 0;
  std::uint64_t faults_ = 0;  // of the thread, told so far
};

}  // namespace perfopt::prof
