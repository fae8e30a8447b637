// SPDX-License-Identifier: Apache-2.0
// What the texts of commands share: their order, and units of time. Internal to report/.
#pragma once

#include <utility>
#include <vector>

#include "perfopt/report/command_text.hpp"

namespace perfopt::report {

// All commands; by time, those without runs stand last. `automatic` is as given.
[[nodiscard]] std::vector<const model::MeasuredCommand*> ordered(const model::CommandRuns& document,
                                                                 CommandOrder order);

// Null when none was measured.
[[nodiscard]] const model::MeasuredCommand* fastest(const model::CommandRuns& document);

// "ms" and its nanoseconds; of a unit that is not automatic.
[[nodiscard]] std::pair<const char*, double> unit_scale(TimeUnit unit);

}  // namespace perfopt::report
