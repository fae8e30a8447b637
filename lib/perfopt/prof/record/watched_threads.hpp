// SPDX-License-Identifier: Apache-2.0
// The threads of a recording that looks at them in turn: each with its ledger and the tick of its next look.
//
// A thread that was found running is looked at in every tick, one that waits and waits more rarely, down to every
// sixteenth: what it does meanwhile is not lost (its ledger knows) but seen later. Looking takes a third of a tick at
// most, in turn, so that a program of a thousand threads costs no more than one of fifty.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "perfopt/prof/record/time_ledger.hpp"
#include "perfopt/prof/tracker.hpp"

namespace perfopt::prof {

class WatchedThreads {
 public:
  struct Thread {
    TimeLedger ledger;
    std::uint64_t next_tick = 0;
    unsigned idle_looks = 0;
  };

  explicit WatchedThreads(Recording& recording) : recording_(recording) {}

  void add(Tracker& tracker, pid_t pid, pid_t tid, std::uint64_t now_ns, bool born);
  // Null: not watched.
  [[nodiscard]] Thread* find(pid_t tid);
  [[nodiscard]] const std::map<pid_t, Thread>& all() const noexcept { return threads_; }

  // Begins a new tick and calls `look` with each thread whose turn it is, until `deadline_ns`. It may close any thread.
  void look_at_due(std::uint64_t deadline_ns, const std::function<void(Thread&)>& look);
  void found(Thread& thread, bool active) noexcept;

  // Its time until now becomes rows, and its totals those of the recording and of the tracker's thread.
  void close(Tracker& tracker, pid_t tid, std::uint64_t now_ns);
  // All of them, as the recording ends: cpu_s and wall_s are known then.
  void finish(Tracker& tracker, std::uint64_t now_ns);
  // Memory of all processes that live, every tenth of a second.
  void measure_memory(Tracker& tracker, std::uint64_t now_ns);

 private:
  Recording& recording_;
  std::map<pid_t, Thread> threads_;  // by tid
  std::vector<pid_t> due_;
  pid_t last_looked_at_ = 0;
  std::uint64_t tick_ = 0;
  std::uint64_t cpu_ns_ = 0;
  std::uint64_t wall_ns_ = 0;
  std::uint64_t memory_next_ns_ = 0;
};

}  // namespace perfopt::prof
