// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/gbench_export.hpp"

#include <ostream>
#include <sstream>
#include <vector>

#include <benchmark/benchmark.h>

namespace perfopt::bench {
namespace {

using Run = benchmark::BenchmarkReporter::Run;

Run round_of(const model::Case& one, const model::Variant& variant, std::size_t round, std::int64_t family) {
  Run run;
  run.run_name.function_name = one.category + "/" + one.problem + "/" + variant.name;
  run.run_name.args = std::to_string(one.size);
  run.family_index = family;
  run.per_family_instance_index = 0;
  run.repetitions = static_cast<std::int64_t>(variant.rounds.wall_ns.size());
  run.repetition_index = static_cast<std::int64_t>(round);
  run.iterations = static_cast<benchmark::IterationCount>(one.instances);
  run.time_unit = benchmark::kNanosecond;
  run.statistics = nullptr;
  const double seconds = 1e-9 * static_cast<double>(one.instances);
  run.real_accumulated_time = variant.rounds.wall_ns[round] * seconds;
  run.cpu_accumulated_time = variant.rounds.cpu_ns[round] * seconds;
  const double per_second = 1e9 / variant.rounds.wall_ns[round];
  run.counters["items_per_second"] = benchmark::Counter(variant.items_per_run * per_second);
  run.counters["bytes_per_second"] = benchmark::Counter(variant.bytes_per_run * per_second);
  return run;
}

std::vector<Run> runs_of(const model::Suite& suite) {
  std::vector<Run> runs;
  std::int64_t family = 0;
  for (const model::Case& one : suite.cases) {
    for (const model::Variant& variant : one.variants) {
      if (variant.status != model::Status::ok) continue;
      for (std::size_t round = 0; round < variant.rounds.wall_ns.size(); ++round) {
        runs.push_back(round_of(one, variant, round, family));
      }
      ++family;
    }
  }
  return runs;
}

template <class Reporter>
std::string render(const model::Suite& suite) {
  std::ostringstream text;
  std::ostringstream warnings;  // of the reporter, about this build's library: not part of the document
  Reporter reporter;
  reporter.SetOutputStream(&text);
  reporter.SetErrorStream(&warnings);
  const benchmark::BenchmarkReporter::Context context;
  reporter.ReportContext(context);
  reporter.ReportRuns(runs_of(suite));
  reporter.Finalize();
  return text.str();
}

}  // namespace

std::string gbench_json(const model::Suite& suite) {
  return render<benchmark::JSONReporter>(suite);
}

// Google Benchmark marks its CSV reporter as deprecated for removal since 2017 and still ships it.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
std::string gbench_csv(const model::Suite& suite) {
  return render<benchmark::CSVReporter>(suite);
}
#pragma GCC diagnostic pop

}  // namespace perfopt::bench
