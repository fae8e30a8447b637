// SPDX-License-Identifier: Apache-2.0
// The backend of --mode calls: exact counts of calls. Measure: "calls" [count], by stack for Python and bash, by
// function for node; for a native program by callgrind's graph, where valgrind is installed.
//
// The program is counted by its interpreter's own means (call_tracers.hpp) and written down when it ends: a process
// that is killed or ends by a direct _exit(2) leaves nothing. A program that runs already cannot be counted.
#pragma once

#include "perfopt/prof/record/backend.hpp"

namespace perfopt::prof {

[[nodiscard]] BackendKind calls_kind();

}  // namespace perfopt::prof
