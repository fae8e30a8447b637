// SPDX-License-Identifier: Apache-2.0
// A Suite in Google Benchmark's own result formats, for tools that read those (its compare.py, benchstat and others).
//
// Every measured round of a strategy is one repetition "category/problem/strategy/size"; nothing is aggregated.
#pragma once

#include <string>

#include "perfopt/model/suite.hpp"

namespace perfopt::bench {

[[nodiscard]] std::string gbench_json(const model::Suite& suite);
[[nodiscard]] std::string gbench_csv(const model::Suite& suite);

}  // namespace perfopt::bench
