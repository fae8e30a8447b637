// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/engine.hpp"

#include <sys/resource.h>

#include <exception>
#include <functional>
#include <vector>

#include <benchmark/benchmark.h>

namespace perfopt::bench {
namespace {

class Collector final : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override { runs_.insert(runs_.end(), runs.begin(), runs.end()); }
  [[nodiscard]] const std::vector<Run>& runs() const { return runs_; }

 private:
  std::vector<Run> runs_;
};

rusage usage() {
  rusage result{};
  getrusage(RUSAGE_SELF, &result);
  return result;
}

// One run of `body` with so many iterations.
Collector run_once(const std::string& name, std::size_t iterations, bool manual,
                   const std::function<void(benchmark::State&)>& body) {
  benchmark::ClearRegisteredBenchmarks();
  auto* registered = benchmark::RegisterBenchmark(name.c_str(), body)
                         ->Iterations(static_cast<benchmark::IterationCount>(iterations))
                         ->MeasureProcessCPUTime();
  manual ? registered->UseManualTime() : registered->UseRealTime();
  Collector collector;
  benchmark::RunSpecifiedBenchmarks(&collector, ".");
  benchmark::ClearRegisteredBenchmarks();
  return collector;
}

std::uint64_t difference(long after, long before) {
  return static_cast<std::uint64_t>(after - before);
}

}  // namespace

RoundTime time_round(const std::string& name, std::span<const std::unique_ptr<Workload>> workloads) {
  std::exception_ptr failure;
  RoundTime result;
  const bool manual = workloads.front()->measures_itself();
  double measured_cpu_ns = 0;
  const auto body = [&](benchmark::State& state) {
    auto next = workloads.begin();
    const rusage before = usage();
    try {
      for (auto _ : state) {
        Workload& workload = **next++;
        workload.run();
        benchmark::ClobberMemory();
        if (!manual) continue;
        const RunTime measured = workload.measured();
        state.SetIterationTime(measured.wall_ns / 1e9);
        measured_cpu_ns += measured.cpu_ns;
      }
    } catch (...) {
      failure = std::current_exception();
      state.SkipWithError("run() failed");
    }
    const rusage after = usage();
    result.page_faults = difference(after.ru_minflt + after.ru_majflt, before.ru_minflt + before.ru_majflt);
    result.voluntary_switches = difference(after.ru_nvcsw, before.ru_nvcsw);
    result.involuntary_switches = difference(after.ru_nivcsw, before.ru_nivcsw);
  };
  const Collector collector = run_once(name, workloads.size(), manual, body);
  if (failure) std::rethrow_exception(failure);
  if (collector.runs().size() != 1) throw Error(ExitCode::internal, "Google Benchmark ran " + name + " not once");
  const auto& run = collector.runs().front();
  const double per_run = 1e9 / static_cast<double>(run.iterations);
  result.wall_ns = run.real_accumulated_time * per_run;
  result.cpu_ns = manual ? measured_cpu_ns * per_run / 1e9 : run.cpu_accumulated_time * per_run;
  return result;
}

}  // namespace perfopt::bench
