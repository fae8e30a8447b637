// SPDX-License-Identifier: Apache-2.0
// The backend "perf_event": samples, context switches and page faults from the kernel's own perf_event_open(2), unwound
// as they come, nothing on disk.
//
// Works for plain users up to kernel.perf_event_paranoid 2, then for the user side alone: time in the kernel is counted
// and shown as "[kernel]". With the kernel side allowed, stacks go on into it and every wait has the stack of its
// beginning; without, a wait is looked at while it lasts (thread_times.hpp says what becomes of short ones).
//
// The copies of the stack that come with samples start at 16 KB and grow to 32 and 63 KB as soon as stacks are cut off.
#pragma once

#include "perfopt/prof/record/backend.hpp"

namespace perfopt::prof {

// The line of this backend in the table of backend.cpp.
[[nodiscard]] BackendKind perf_event_kind();

}  // namespace perfopt::prof
