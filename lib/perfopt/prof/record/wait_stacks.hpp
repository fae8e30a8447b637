// SPDX-License-Identifier: Apache-2.0
// Where threads wait and for what, found out in two ways:
//
//   by a sample at the switch   with the kernel side allowed: exact for every wait. Its registers hold the system
//                               call's arguments but not its number, which a look at the same place has told before.
//   by a look while it lasts    /proc/TID/syscall, and the stack read without a stop; looked at twice, so that what was
//                               read is of one wait
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "perfopt/prof/record/blocked_call.hpp"
#include "perfopt/prof/record/perf_record.hpp"
#include "perfopt/prof/record/thread_times.hpp"
#include "perfopt/prof/tracker.hpp"

namespace perfopt::prof {

class WaitStacks {
 public:
  WaitStacks(ThreadTimes& times, Tracker& tracker) : times_(times), tracker_(tracker) {}

  // A sample at a switch, whose stack is `stack`; the record of that switch comes next.
  void sampled(const PerfRecord& sample, std::uint32_t stack);
  void switched_out(const PerfRecord& record);
  // Looks at threads that wait and have not been looked at; at most so many at once that rings do not overflow.
  void look();
  // Looks that the kernel forbade.
  [[nodiscard]] std::uint64_t forbidden() const noexcept { return forbidden_; }

 private:
  struct Switch {
    std::uint32_t stack = model::StackNode::kRoot;
    BlockedCall call;
    bool known = false;  // which call it is
  };

  void look_at(const ThreadTimes::Waiting& waiting);

  ThreadTimes& times_;
  Tracker& tracker_;
  std::unordered_map<pid_t, Switch> switches_;     // by the thread that is leaving its CPU
  std::unordered_map<std::uint64_t, long> calls_;  // by the address behind the system call
  std::vector<ThreadTimes::Waiting> waiting_;
  std::uint64_t forbidden_ = 0;
};

}  // namespace perfopt::prof
