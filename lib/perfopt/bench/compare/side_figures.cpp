// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/compare/side_figures.hpp"

#include <algorithm>

namespace perfopt::bench {

void SideFigures::add(double count, double faults, double switches, std::optional<double> allocated, double rss) {
  executions += count;
  page_faults += faults;
  context_switches += switches;
  if (allocated) allocated_bytes = allocated_bytes.value_or(0) + *allocated;
  peak_rss_bytes = std::max(peak_rss_bytes, rss);
}

std::vector<model::MetricChange> figure_metrics(const SideFigures& base, const SideFigures& changed,
                                                const std::string& no_allocations) {
  if (base.executions <= 0 || changed.executions <= 0) return {};
  const auto metric = [](const char* name, const char* unit, double of_base, double of_changed) {
    model::MetricChange change;
    change.metric = name;
    change.unit = unit;
    change.base = of_base;
    change.changed = of_changed;
    change.source = "rusage";
    return change;
  };
  std::vector<model::MetricChange> all{
      metric("peak_rss", "bytes", base.peak_rss_bytes, changed.peak_rss_bytes),
      metric("page_faults", "1", base.page_faults / base.executions, changed.page_faults / changed.executions),
      metric("context_switches", "1", base.context_switches / base.executions,
             changed.context_switches / changed.executions)};
  model::MetricChange allocated;
  allocated.metric = "allocated_bytes";
  allocated.unit = "bytes";
  if (base.allocated_bytes && changed.allocated_bytes) {
    allocated.base = *base.allocated_bytes / base.executions;
    allocated.changed = *changed.allocated_bytes / changed.executions;
    allocated.source = "malloc";
  } else {
    allocated.skipped_reason = no_allocations;
  }
  all.push_back(allocated);
  return all;
}

}  // namespace perfopt::bench
