// SPDX-License-Identifier: Apache-2.0
// A Google Benchmark program as comparisons meet them, the bad ones among them. Built as the base and as the changed
// side (PERFOPT_CHANGED=1), each with our main and with the usual one.
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <thread>
#include <vector>

#include <benchmark/benchmark.h>

namespace {

// A third more work than the base: found in an instant.
void compute(benchmark::State& state) {
  const std::int64_t steps = state.range(0) * (PERFOPT_CHANGED != 0 ? 4 : 3);
  std::uint64_t x = 1;
  for (auto _ : state) {
    for (std::int64_t i = 0; i < steps; ++i) {
      x = x * 6364136223846793005U + 1;
      benchmark::DoNotOptimize(x);
    }
  }
  state.counters["checksum"] = 42;
}
BENCHMARK(compute)->Arg(300)->Arg(3000);

void equal(benchmark::State& state) {
  std::uint64_t x = 1;
  for (auto _ : state) {
    for (int i = 0; i < 1000; ++i) benchmark::DoNotOptimize(x = x * 3 + 1);
  }
}
BENCHMARK(equal);

void other_output(benchmark::State& state) {
  for (auto _ : state) benchmark::ClobberMemory();
  state.SetLabel(PERFOPT_CHANGED != 0 ? "sum=2" : "sum=1");
}
BENCHMARK(other_output);

void waits(benchmark::State& state) {
  for (auto _ : state) std::this_thread::sleep_for(std::chrono::microseconds(200));
}
BENCHMARK(waits)->UseRealTime();

void fixed(benchmark::State& state) {
  for (auto _ : state) benchmark::ClobberMemory();
}
BENCHMARK(fixed)->Iterations(7);
BENCHMARK(fixed)->MinTime(0.001);

void crashes(benchmark::State& state) {
  for (auto _ : state) {
    if (PERFOPT_CHANGED != 0) ::_exit(3);
  }
}
BENCHMARK(crashes);

void hangs(benchmark::State& state) {
  for (auto _ : state) {
    if (PERFOPT_CHANGED != 0) std::this_thread::sleep_for(std::chrono::hours(1));
  }
}
BENCHMARK(hangs);

void refuses(benchmark::State& state) {
  if (PERFOPT_CHANGED != 0) state.SkipWithError("no input\nhere");
  for (auto _ : state) benchmark::ClobberMemory();
}
BENCHMARK(refuses);

#if PERFOPT_CHANGED
BENCHMARK(equal)->Name("only_changed");
#else
BENCHMARK(equal)->Name("only_base");
#endif

}  // namespace
