// SPDX-License-Identifier: Apache-2.0
// What perfbench's round adds to a body of 1 ms against the same body in a plain Google Benchmark loop.
//
//   bench_runner_overhead [rounds]
//
// Both are measured in turns in this process, in changing order; prints the median of the paired ratios with its
// 95 % interval. Goal: under 1.02.
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <vector>

#include <benchmark/benchmark.h>

#include "perfopt/bench/engine.hpp"
#include "perfopt/stats/paired.hpp"

namespace {

using perfopt::bench::Output;
using perfopt::bench::Work;
using perfopt::bench::Workload;

constexpr int kBodies = 8;

// About a millisecond of dependent arithmetic that no cache can help.
void body() {
  std::uint64_t x = 1;
  for (int i = 0; i < 1'000'000; ++i) {
    x = x * 6364136223846793005U + 1442695040888963407U;
    benchmark::DoNotOptimize(x);
  }
}

struct Body final : Workload {
  [[nodiscard]] Work work() const override { return {}; }
  void poison() override {}
  void run() override { body(); }
  [[nodiscard]] Output output() override { return {}; }
  void check(const Output&) const override {}
};

class LastRun final : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override { ns_ = runs.front().GetAdjustedRealTime(); }
  [[nodiscard]] double ns() const { return ns_; }

 private:
  double ns_ = 0;
};

double plain_round() {
  benchmark::ClearRegisteredBenchmarks();
  benchmark::RegisterBenchmark("plain",
                               [](benchmark::State& state) {
                                 for (auto _ : state) body();
                               })
      ->Iterations(kBodies)
      ->UseRealTime();
  LastRun reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter, ".");
  return reporter.ns();
}

double perfbench_round() {
  std::vector<std::unique_ptr<Workload>> workloads;
  for (int i = 0; i < kBodies; ++i) workloads.push_back(std::make_unique<Body>());
  return perfopt::bench::time_round("body", workloads).wall_ns;
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 60;
  std::vector<double> plain;
  std::vector<double> ours;
  for (int round = 0; round < rounds; ++round) {
    if (round % 2 == 0) {
      plain.push_back(plain_round());
      ours.push_back(perfbench_round());
    } else {
      ours.push_back(perfbench_round());
      plain.push_back(plain_round());
    }
  }
  const auto ratio = perfopt::stats::paired_ratio(ours, plain);
  if (!ratio) {
    std::cerr << "bench_runner_overhead: needs at least 6 rounds\n";
    return 2;
  }
  std::cout << "body " << perfopt::stats::median(plain) / 1e6 << " ms; perfbench / plain " << ratio->estimate << " ["
            << ratio->low << ", " << ratio->high << "]\n";
  return 0;
}
