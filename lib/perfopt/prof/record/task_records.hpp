// SPDX-License-Identifier: Apache-2.0
// What records tell of processes and threads - forks, execs, names, mappings, switches, ends - told on to the Tracker.
#pragma once

#include "perfopt/prof/record/perf_record.hpp"
#include "perfopt/prof/record/thread_times.hpp"
#include "perfopt/prof/tracker.hpp"

namespace perfopt::prof {

// `times` may be null; `here`: it was recorded on this machine now, so that devices and inodes are known. Records of
// other kinds are passed over.
void tell_of_task(const PerfRecord& record, Tracker& tracker, ThreadTimes* times, bool here);

}  // namespace perfopt::prof
