// SPDX-License-Identifier: Apache-2.0
// Every problem that this build knows, in the order of the catalogue in CMakeLists.txt.
#pragma once

#include <span>

#include "perfopt/bench/workload.hpp"

namespace perfopt::bench {

[[nodiscard]] std::span<const Problem* const> catalogue();

}  // namespace perfopt::bench
