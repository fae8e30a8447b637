// SPDX-License-Identifier: Apache-2.0
// The last resort: CPU times, states and what threads wait for, by /proc alone. No stacks: a wait is shown below the
// kernel function that it sleeps in (wchan), where that may be read.
#pragma once

#include <string_view>

#include "perfopt/prof/record/backend.hpp"

namespace perfopt::prof {

[[nodiscard]] BackendKind procfs_kind();

// What a thread that sleeps in this kernel function waits for.
[[nodiscard]] model::Activity activity_of_wchan(std::string_view function);

}  // namespace perfopt::prof
