// SPDX-License-Identifier: Apache-2.0
// Times one round of one strategy with Google Benchmark in this process.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "perfopt/bench/workload.hpp"

namespace perfopt::bench {

struct RoundTime {
  double wall_ns = 0;             // for one run: the round's time / number of workloads
  double cpu_ns = 0;              // of all threads of this process, likewise
  std::uint64_t page_faults = 0;  // of the whole round
  std::uint64_t voluntary_switches = 0;
  std::uint64_t involuntary_switches = 0;
};

// Calls run() of each workload once, in order, as one Google Benchmark of as many iterations. What run() throws is
// thrown on. Not to be called from two threads at once: Google Benchmark's registry is global.
[[nodiscard]] RoundTime time_round(const std::string& name, std::span<const std::unique_ptr<Workload>> workloads);

}  // namespace perfopt::bench
