// SPDX-License-Identifier: Apache-2.0
// What `perfbench --list` shows: each strategy with what it does, needs and costs.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "perfopt/model/suite.hpp"

namespace perfopt::model {

struct StrategyEntry {
  std::string category;
  std::string problem;
  std::string title;
  std::string unit;
  std::vector<std::uint64_t> sizes;  // the default ladder
  std::string strategy;
  std::string level;
  std::string does;
  std::string needs;   // "" for nothing
  std::string costs;   // "" for nothing
  std::string weaker;  // set when its result means less than the baseline's
};

struct StrategyList {
  std::vector<StrategyEntry> strategies;
  std::vector<SkippedCategory> missing;  // categories that this build has not
};

[[nodiscard]] std::string to_json_text(const StrategyList& list);

}  // namespace perfopt::model
