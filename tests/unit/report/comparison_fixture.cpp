// SPDX-License-Identifier: Apache-2.0
#include "unit/report/comparison_fixture.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>

namespace perfopt::report::testing {
namespace {

using model::Change;
using model::ComparedBenchmark;
using model::Comparison;

constexpr std::size_t kPairs = 16;
constexpr double kWiden = 1.8;  // of the interval that holds at every look, against the plain one

std::string percent(double share, const char* format = "%+.1f %%") {
  char text[32];
  std::snprintf(text, sizeof text, format, share * 100);
  return text;
}

std::string reason(const ComparedBenchmark& benchmark) {
  const model::Interval& ratio = benchmark.ratio.value();
  const std::string change = percent(ratio.estimate - 1) + " (95 %: " + percent(ratio.low - 1) + " to " +
                             percent(ratio.high - 1) + ") over 16 pairs";
  if (benchmark.verdict == Change::same) return "within 2.0 %: " + change;
  if (benchmark.verdict != Change::inconclusive) return change + "; a false alarm has a chance below 1.0 %";
  return "not decided: " + change + "; a change of " + percent(*benchmark.detectable, "%.1f %%") +
         " would have been found";
}

Comparison frame() {
  Comparison comparison;
  comparison.started = "2026-11-21T09:30:00Z";
  comparison.elapsed_s = 48.5;
  comparison.base = {"base", "build/base/bench", "1a2b3c4d5e6f", "5f0c3a9b11d2e478", "", ""};
  comparison.changed = {"change", "build/change/bench", "9f8e7d6c5b4a", "0b77e1f2a3c4d596", "", ""};
  comparison.settings = {.threshold = 0.02,
                         .error_rate = 0.01,
                         .family = "holm",
                         .max_time_s = 60,
                         .filter = "",
                         .fail_on = {"slower", "missing"},
                         .cpu = 1};
  model::Environment& machine = comparison.environment;
  machine.host = "build-7";
  machine.cpu_model = "Intel(R) Xeon(R) Processor @ 2.60GHz";
  machine.cpus_online = 2;
  machine.cpus_allowed = 2;
  machine.kernel = "Linux 6.1.0";
  machine.os = "Debian GNU/Linux 12 (bookworm)";
  machine.virtualization = "virtual machine (KVM)";
  machine.version = "0.1.0";
  machine.doubts = {{"load", "load average 1.9 on 2 CPUs: something else is running", "stop it, or wait; see `top`"}};
  return comparison;
}

ComparedBenchmark without_figures(std::string_view name, Change verdict, std::string_view why) {
  ComparedBenchmark benchmark;
  benchmark.name = name;
  benchmark.verdict = verdict;
  benchmark.reason = why;
  benchmark.margin = 0.02;
  return benchmark;
}

}  // namespace

ComparedBenchmark compared(std::string_view name, Change verdict, double base_ns, double ratio, double half) {
  ComparedBenchmark benchmark;
  benchmark.name = name;
  benchmark.verdict = verdict;
  benchmark.metric = "cpu_time";
  benchmark.metric_reason = "CPU time: the body computes 99 % of its time";
  benchmark.margin = 0.02;
  benchmark.base = base_ns;
  benchmark.changed = base_ns * ratio;
  benchmark.ratio = model::Interval{ratio, ratio - half, ratio + half};
  benchmark.sure = model::Interval{ratio, ratio - kWiden * half, ratio + kWiden * half};
  benchmark.p_slower = verdict == Change::slower ? 0.0008 : 0.9;
  benchmark.p_faster = verdict == Change::faster ? 0.0008 : 0.9;
  benchmark.detectable = 3 * half;
  benchmark.seconds = 1.25;
  for (std::size_t i = 0; i < kPairs; ++i) {
    const double noise = 1 + 0.001 * static_cast<double>(i % 5);
    benchmark.pairs.base_wall_ns.push_back(base_ns * noise * 1.01);
    benchmark.pairs.changed_wall_ns.push_back(base_ns * noise * ratio * 1.01);
    benchmark.pairs.base_cpu_ns.push_back(base_ns * noise);
    benchmark.pairs.changed_cpu_ns.push_back(base_ns * noise * ratio);
    benchmark.pairs.log_ratio.push_back(std::log(ratio));
    benchmark.pairs.base_first.push_back(static_cast<std::uint32_t>(i % 2));
  }
  benchmark.reason = reason(benchmark);
  return benchmark;
}

Comparison every_verdict() {
  Comparison comparison = frame();
  comparison.benchmarks = {
      compared("parse/json/4096", Change::slower, 12'400, 1.031, 0.004),
      compared("hash/find/1000000", Change::faster, 86'000, 0.948, 0.006),
      compared("sort/pdq/65536", Change::same, 2.31e6, 1.002, 0.003),
      compared("memory/chase/8MiB", Change::inconclusive, 9.2e6, 1.012, 0.021),
      without_figures("csv/write", Change::missing, "only the base has it"),
      without_figures("csv/write_quoted", Change::added, "only the changed side has it"),
      without_figures("zip/round_trip", Change::failed,
                      "outputs differ: base 'crc 5f0c3a9b', changed 'crc 11d2e478'; no time is compared"),
  };
  comparison.benchmarks[1].renamed_from = "hash/lookup/1000000";
  comparison.benchmarks[3].metric = "wall_time";
  comparison.benchmarks[3].metric_reason = "wall time: the body computes only 71 % of its time, the rest it waits";
  comparison.benchmarks[2].metrics = {
      {"instructions", "1", 8.1e6, 8.4e6, "valgrind", Change::slower, ""},
      {"peak_rss", "bytes", 4.2e6, 4.3e6, "rusage", {}, ""},
      {"cycles", "1", {}, {}, "counters", {}, "perf_event_open: no such file or directory"},
  };
  return comparison;
}

Comparison pull_request() {
  Comparison comparison = frame();
  comparison.benchmarks.push_back(compared("parse/json/4096", Change::slower, 12'400, 1.031, 0.004));
  for (int i = 0; i < 38; ++i) {
    const double ratio = 1 + 0.0004 * (i % 7 - 3);
    comparison.benchmarks.push_back(
        compared("kernel/" + std::to_string(i), Change::same, 1000.0 * (i + 1), ratio, 0.003));
  }
  comparison.benchmarks.push_back(compared("memory/chase/8MiB", Change::inconclusive, 9.2e6, 1.012, 0.021));
  return comparison;
}

Comparison two_files() {
  Comparison comparison = frame();
  comparison.method = model::CompareMethod::files;
  comparison.base = {"base", "base.json", "1a2b3c4d5e6f", "", "google-benchmark", "2026-11-20T09:30:00Z"};
  comparison.changed = {"change", "change.json", "9f8e7d6c5b4a", "", "google-benchmark", "2026-11-21T09:30:00Z"};
  comparison.settings.cpu.reset();
  comparison.advice = "perfbench compare --run build/base/bench build/change/bench";
  ComparedBenchmark slower = compared("BM_Parse/4096", Change::slower, 12'400, 1.34, 0.02);
  ComparedBenchmark open = compared("BM_Sort/65536", Change::inconclusive, 2.31e6, 1.04, 0.01);
  open.reason = "two sessions of this machine differ by up to 11 % with nothing changed";
  for (ComparedBenchmark* benchmark : {&slower, &open}) {
    benchmark->session_noise = 0.11;
    benchmark->pairs = {};
    benchmark->p_slower.reset();
    benchmark->p_faster.reset();
    benchmark->detectable = 0.11;
  }
  comparison.benchmarks = {slower, open};
  return comparison;
}

Comparison hostile_comparison(const std::string& text) {
  Comparison comparison = every_verdict();
  comparison.started = comparison.advice = comparison.settings.filter = comparison.settings.family = text;
  comparison.settings.fail_on.push_back(text);
  for (model::ComparedSide* side : {&comparison.base, &comparison.changed}) {
    side->label = side->command = side->commit = side->digest = side->tool = side->started = text;
  }
  model::Environment& machine = comparison.environment;
  machine.host = machine.cpu_model = machine.kernel = machine.os = machine.virtualization = machine.version = text;
  machine.doubts = {{text, text, text}};
  comparison.doubts = {{text, text, text}};
  for (ComparedBenchmark& benchmark : comparison.benchmarks) {
    benchmark.name += text;
    benchmark.renamed_from = benchmark.reason = benchmark.metric = benchmark.metric_reason = benchmark.unit = text;
    benchmark.metrics = {{text, text, 1.0, 2.0, text, Change::slower, ""}, {text, text, {}, {}, text, {}, text}};
  }
  return comparison;
}

}  // namespace perfopt::report::testing
