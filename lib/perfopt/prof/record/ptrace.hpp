// SPDX-License-Identifier: Apache-2.0
// The backend for machines that forbid perf events: threads that run are stopped for some microseconds at the rate and
// their registers and stack taken; threads that wait are never stopped, but read by /proc/TID/syscall.
//
// CPU time is the kernel's own (time_ledger.hpp), so that the rate bounds what is seen, never what is counted. It needs
// the right to ptrace, which a plain user has over what it starts (kernel.yama.ptrace_scope up to 1).
#pragma once

#include "perfopt/prof/record/backend.hpp"

namespace perfopt::prof {

[[nodiscard]] BackendKind ptrace_kind();

}  // namespace perfopt::prof
