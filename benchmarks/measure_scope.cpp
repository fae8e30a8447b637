// SPDX-License-Identifier: Apache-2.0
// What a measured scope costs. The promise: below 50 ns for each scope, nested or not, on every thread.
#include <array>
#include <cstdlib>
#include <string>

#include <benchmark/benchmark.h>

#include "perfopt/optim/timing/measure.hpp"
#include "perfopt/optim/timing/ticks.hpp"

namespace {

using perfopt::optim::measure;

// The floor: the two readings of the clock that a scope cannot do without.
void two_readings(benchmark::State& state) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(perfopt::optim::ticks_now());
    benchmark::DoNotOptimize(perfopt::optim::ticks_now());
  }
}

void one_scope(benchmark::State& state) {
  for (auto _ : state) {
    const auto scope = measure("scope");
  }
}

void three_nested_scopes(benchmark::State& state) {
  for (auto _ : state) {
    const auto outer = measure("outer");
    const auto middle = measure("middle");
    const auto inner = measure("inner");
  }
  state.SetItemsProcessed(3 * state.iterations());  // 20 M/s: 50 ns for each
}

// More names in one place than a linear search would stand.
void one_of_a_hundred_names(benchmark::State& state) {
  std::array<std::string, 100> names;
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = "name " + std::to_string(i);
  std::size_t next = 0;
  for (auto _ : state) {
    const auto scope = measure(names[next]);
    next = next + 1 == names.size() ? 0 : next + 1;
  }
}

void timed_call(benchmark::State& state) {
  const auto twice = perfopt::optim::timed("twice", [](int x) { return 2 * x; });
  for (auto _ : state) benchmark::DoNotOptimize(twice(21));
}

}  // namespace

BENCHMARK(two_readings);
BENCHMARK(one_scope);
BENCHMARK(one_scope)->Threads(2)->UseRealTime();
BENCHMARK(three_nested_scopes);
BENCHMARK(one_of_a_hundred_names);
BENCHMARK(timed_call);

BENCHMARK_MAIN();
