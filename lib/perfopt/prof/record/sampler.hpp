// SPDX-License-Identifier: Apache-2.0
// The backend that stops nothing and needs neither perf events nor ptrace stops: /proc and process_vm_readv(2).
//
// Waits have their whole stack. Running threads of interpreters have the interpreter's frames. The registers of native
// code that runs are told by nobody without a stop: it is shown below the frame "[running, registers not readable]".
// CPU time is the kernel's own (time_ledger.hpp).
#pragma once

#include "perfopt/prof/record/backend.hpp"

namespace perfopt::prof {

[[nodiscard]] BackendKind sampler_kind();

// "" when memory and system calls of a child of ours can be read; else why not, and what would allow it.
[[nodiscard]] std::string memory_reading_missing();

}  // namespace perfopt::prof
