// SPDX-License-Identifier: Apache-2.0
// --mode io: every input and output of a command, by file and by stack: calls and bytes exactly, and the time in them.
//
// The command runs under a filter (seccomp) that stops it at I/O system calls alone: all others run at full speed. At
// its entry the stack is taken, at its end the result. With the filter goes no_new_privs unless we are root: programs
// that the command executes get no rights by set-user-ID. A filter cannot be taken off: the recording lasts until the
// last process of the command has ended, and one that is cancelled ends them all.
//
//   measures  io_bytes [bytes] moved, io_calls [count], io_ns [ns] from entry to end: includes some microseconds of
//             tracing a call, which makes calls that take less look slow
//   unseen    memory mapped files, io_uring (a doubt tells of it), processes that ran before us
//   source    seccomp(2), SECCOMP_RET_TRACE; ptrace(2), PTRACE_EVENT_SECCOMP
#pragma once

#include "perfopt/prof/record/backend.hpp"

namespace perfopt::prof {

[[nodiscard]] BackendKind syscalls_kind();

}  // namespace perfopt::prof
