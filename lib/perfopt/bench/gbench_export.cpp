// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/gbench_export.hpp"

#include <ostream>
#include <set>
#include <sstream>
#include <vector>

#include <benchmark/benchmark.h>

#include "perfopt/core/error.hpp"

namespace perfopt::bench {
namespace {

using Run = benchmark::BenchmarkReporter::Run;

benchmark::TimeUnit unit_of(const std::string& name) {
  if (name == "us") return benchmark::kMicrosecond;
  if (name == "ms") return benchmark::kMillisecond;
  return name == "s" ? benchmark::kSecond : benchmark::kNanosecond;
}

Run round_of(const model::Case& one, const model::Variant& variant, std::size_t round, std::int64_t family) {
  Run run;
  run.run_name.function_name = one.category + "/" + one.problem + "/" + variant.name;
  run.run_name.args = std::to_string(one.size);
  run.family_index = family;
  run.per_family_instance_index = 0;
  run.repetitions = static_cast<std::int64_t>(variant.rounds.wall_ns.size());
  run.repetition_index = static_cast<std::int64_t>(round);
  run.iterations = static_cast<benchmark::IterationCount>(one.instances);
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
std::string render(const model::Suite& suite, const GbenchOptions& options) {
  std::ostringstream text;
  std::ostringstream warnings;  // of the reporter, about this build's library: not part of the document
  Reporter reporter;
  reporter.SetOutputStream(&text);
  reporter.SetErrorStream(&warnings);
  const benchmark::BenchmarkReporter::Context context;
  static std::set<std::string> known;  // Google Benchmark's context is global, and complains of a key given twice
  for (const auto& [key, value] : options.context) {
    if (known.insert(key).second) benchmark::AddCustomContext(key, value);
  }
  reporter.ReportContext(context);
  std::vector<Run> runs = runs_of(suite);
  for (Run& run : runs) run.time_unit = unit_of(options.time_unit);
  reporter.ReportRuns(runs);
  reporter.Finalize();
  return text.str();
}

}  // namespace

std::vector<std::pair<std::string, std::string>> parse_gbench_context(const std::string& text) {
  std::vector<std::pair<std::string, std::string>> entries;
  std::istringstream stream(text);
  for (std::string entry; std::getline(stream, entry, ',');) {
    const auto equals = entry.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw BadInput("--benchmark_context: '" + entry + "' is not KEY=VALUE");
    }
    entries.emplace_back(entry.substr(0, equals), entry.substr(equals + 1));
  }
  return entries;
}

std::string gbench_json(const model::Suite& suite, const GbenchOptions& options) {
  return render<benchmark::JSONReporter>(suite, options);
}

// Google Benchmark marks its CSV reporter as deprecated for removal since 2017 and still ships it.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
std::string gbench_csv(const model::Suite& suite, const GbenchOptions& options) {
  return render<benchmark::CSVReporter>(suite, options);
}
#pragma GCC diagnostic pop

}  // namespace perfopt::bench
