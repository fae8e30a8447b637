// SPDX-License-Identifier: Apache-2.0
// What one side took besides time, gathered while it is timed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "perfopt/model/comparison.hpp"

namespace perfopt::bench {

// Sums of counts, to be told for one execution.
struct SideFigures {
  double executions = 0;
  double page_faults = 0;
  double context_switches = 0;
  std::optional<double> allocated_bytes;
  double peak_rss_bytes = 0;  // largest

  void add(double count, double faults, double switches, std::optional<double> allocated, double rss);
};

// Resident set, faults, switches and allocated bytes of both sides. `no_allocations`: why nobody counts them.
[[nodiscard]] std::vector<model::MetricChange> figure_metrics(const SideFigures& base, const SideFigures& changed,
                                                              const std::string& no_allocations);

}  // namespace perfopt::bench
