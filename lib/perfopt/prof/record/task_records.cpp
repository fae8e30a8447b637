// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/record/task_records.hpp"

#include <string>

namespace perfopt::prof {
namespace {

void tell_of_switch(const PerfRecord& record, ThreadTimes& times) {
  const auto pid = static_cast<pid_t>(record.pid);
  const auto tid = static_cast<pid_t>(record.tid);
  if ((record.misc & PERF_RECORD_MISC_SWITCH_OUT) == 0) {
    times.switched_in(record.time, pid, tid, record.cpu);
  } else {
    const bool preempted = (record.misc & PERF_RECORD_MISC_SWITCH_OUT_PREEMPT) != 0;
    times.switched_out(record.time, pid, tid, record.cpu, preempted);
  }
}

void tell_of_name(const PerfRecord& record, Tracker& tracker, ThreadTimes* times) {
  const auto pid = static_cast<pid_t>(record.pid);
  if ((record.misc & PERF_RECORD_MISC_COMM_EXEC) == 0) {
    tracker.renamed(pid, static_cast<pid_t>(record.tid), record.name);
    return;
  }
  tracker.executed(record.time, pid, record.name);
  if (times != nullptr) times->executed(record.time, pid);
}

}  // namespace

void tell_of_task(const PerfRecord& record, Tracker& tracker, ThreadTimes* times, bool here) {
  const auto pid = static_cast<pid_t>(record.pid);
  const auto tid = static_cast<pid_t>(record.tid);
  switch (record.type) {
    case PERF_RECORD_FORK:
      tracker.started(record.time, static_cast<pid_t>(record.parent_pid), pid, tid);
      if (times != nullptr) times->started(record.time, pid, tid, ThreadState::ready);
      break;
    case PERF_RECORD_EXIT:
      if (times != nullptr) times->ended(record.time, pid, tid);
      tracker.ended(record.time, pid, tid);
      break;
    case PERF_RECORD_COMM:
      tell_of_name(record, tracker, times);
      break;
    case PERF_RECORD_MMAP:
    case PERF_RECORD_MMAP2:
      tracker.mapped(pid, record.address, record.length, record.offset,
                     {std::string(record.name), here ? record.device : 0, here ? record.inode : 0}, record.executable);
      break;
    case PERF_RECORD_SWITCH:
    case PERF_RECORD_SWITCH_CPU_WIDE:
      if (times != nullptr) tell_of_switch(record, *times);
      break;
    default:
      break;
  }
}

}  // namespace perfopt::prof
