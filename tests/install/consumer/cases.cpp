// SPDX-License-Identifier: Apache-2.0
// Any Google Benchmark program.
#include <vector>

#include <benchmark/benchmark.h>

static void fill(benchmark::State& state) {
  for (auto _ : state) {
    std::vector<int> values(1000, 1);
    benchmark::DoNotOptimize(values.data());
  }
}
BENCHMARK(fill);
