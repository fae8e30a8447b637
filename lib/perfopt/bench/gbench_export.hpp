// SPDX-License-Identifier: Apache-2.0
// A Suite in Google Benchmark's own result formats, for tools that read those (its compare.py, benchstat and others).
//
// Every measured round of a strategy is one repetition "category/problem/strategy/size"; nothing is aggregated.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "perfopt/model/suite.hpp"

namespace perfopt::bench {

struct GbenchOptions {
  std::string time_unit = "ns";                              // "ns", "us", "ms" or "s"
  std::vector<std::pair<std::string, std::string>> context;  // further entries of the document's context
};

// "key=value,key=value" as --benchmark_context takes it. Throws BadInput.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> parse_gbench_context(const std::string& text);

[[nodiscard]] std::string gbench_json(const model::Suite& suite, const GbenchOptions& options = {});
[[nodiscard]] std::string gbench_csv(const model::Suite& suite, const GbenchOptions& options = {});

}  // namespace perfopt::bench
