// SPDX-License-Identifier: Apache-2.0
// --dry-run: the cases, strategies and limits of a run that is not made.
#pragma once

#include <string>

#include "perfopt/model/suite.hpp"

namespace perfbench {

// For people. Other forms of a plan are those of any Suite.
[[nodiscard]] std::string plan_text(const perfopt::model::Suite& plan);

}  // namespace perfbench
