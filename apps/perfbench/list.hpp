// SPDX-License-Identifier: Apache-2.0
// --list: what each strategy does, needs and costs, before anything is run.
#pragma once

#include <string>

#include "perfopt/cli/options.hpp"
#include "perfopt/model/strategy_list.hpp"
#include "perfopt/model/suite.hpp"

namespace perfbench {

// The strategies of a plan (bench::plan), in its order.
[[nodiscard]] perfopt::model::StrategyList strategies_of(const perfopt::model::Suite& plan);

[[nodiscard]] std::string list_text(const perfopt::model::StrategyList& list, perfopt::cli::Format format);

}  // namespace perfbench
