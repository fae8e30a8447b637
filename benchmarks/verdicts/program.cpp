// SPDX-License-Identifier: Apache-2.0
// The kernels as Google Benchmark cases; main() is linked: benchmark::benchmark_main, or ours that runs in slices.
//
// PERFOPT_VERDICT_PERCENT: how much more work than the base each body does, a whole number.
#include <string>

#include <benchmark/benchmark.h>

#include "kernels.hpp"

namespace {

// Read as data and not known to the compiler, so that programs of other amounts have the same code.
volatile int more_percent = PERFOPT_VERDICT_PERCENT;

void run(benchmark::State& state, const perfopt::verdicts::NamedKernel& named) {
  perfopt::verdicts::Kernel& kernel = named.instance();
  const int percent = 100 + more_percent;
  for (auto _ : state) kernel.run(percent);
}

[[maybe_unused]] const bool registered = [] {
  for (const auto& named : perfopt::verdicts::all_kernels()) {
    benchmark::RegisterBenchmark(std::string(named.name).c_str(),
                                 [&named](benchmark::State& state) { run(state, named); });
  }
  return true;
}();

}  // namespace
