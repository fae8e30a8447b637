// SPDX-License-Identifier: Apache-2.0
// The Comparison document: did a change make it slower? What was measured of both sides, and what follows from it.
//
// Ratios are changed / base of a time (or of another metric where less is better): 1.02 is 2 % slower. Raw pairs are
// stored as columns, index i of every column is the same pair; everything else of a benchmark is derived from them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "perfopt/model/environment.hpp"
#include "perfopt/model/scaling.hpp"

namespace perfopt::model {

enum class Change : std::uint8_t {
  slower,        // sure, and not within the margin
  faster,        // likewise
  same,          // surely within the margin
  inconclusive,  // neither: the time was over, or what is known does not bear a verdict
  missing,       // only the base has it
  added,         // only the changed side has it
  failed,        // could not be measured, or the outputs differ: reason says which
};

enum class CompareMethod : std::uint8_t { interleaved, files };

// What the two sides of one benchmark were measured to take, pair by pair. Values are medians of what the pair ran, in
// nanoseconds for one execution.
struct PairColumns {
  std::vector<double> base_wall_ns, changed_wall_ns;
  std::vector<double> base_cpu_ns, changed_cpu_ns;
  std::vector<double> log_ratio;          // of the judged metric: the pair's median of log(changed / base)
  std::vector<std::uint32_t> base_first;  // 1: the base ran first
};

// Another figure of both sides; judged only where `verdict` is set.
struct MetricChange {
  std::string metric;  // "wall_time", "cpu_time", "peak_rss", "page_faults", "context_switches", "allocated_bytes", ...
  std::string unit;    // "ns", "bytes", "1"
  std::optional<double> base, changed;  // typical value of one execution; empty: skipped_reason says why
  std::string source;                   // "rusage", "counters", "valgrind"
  std::optional<Change> verdict;        // of a second gate, such as instructions
  std::string skipped_reason;
};

struct ComparedBenchmark {
  std::string name;          // that of the changed side
  std::string renamed_from;  // name on the base's side where that differs
  Change verdict = Change::inconclusive;
  std::string reason;         // one sentence: what bears the verdict, or why there is none
  std::string metric;         // that was judged: "cpu_time", "wall_time", "time_against_baseline" (a variant's
                              // time / its baseline's), or the unit of a foreign result
  std::string metric_reason;  // "the body computes 99 % of its time"
  double margin = 0;          // of `same`: 0.02 is 2 %
  std::optional<double> base, changed;  // typical value of the judged metric
  std::string unit = "ns";
  std::optional<Interval> ratio;     // estimate and its plain 95 % interval
  std::optional<Interval> sure;      // the interval that the verdict rests on, valid however often one has looked
  std::optional<double> p_slower;    // always-valid, one-sided, after correction for the family
  std::optional<double> p_faster;    // likewise
  std::optional<double> detectable;  // smallest change that would have been found 95 times of 100: 0.012 is 1.2 %
  double session_noise = 0;          // files only: no change below this share can be told from two sessions
  double seconds = 0;                // spent on it
  PairColumns pairs;
  std::vector<MetricChange> metrics;
};

struct ComparedSide {
  std::string label;    // "base", or as given
  std::string command;  // or file
  std::string commit;
  std::string digest;  // of the program, XXH3 in hex; "" when there is none
  std::string tool;    // of a file: "google-benchmark"
  std::string started;
};

struct CompareSettings {
  double threshold = 0.02;   // margin of `same` unless the configuration has another for the benchmark
  double error_rate = 0.01;  // chance that unchanged benchmarks of the family are told apart, under every stop
  std::string family;        // "holm" or "bh"
  double max_time_s = 0;
  std::string filter;
  std::vector<std::string> fail_on;  // "slower", "inconclusive", "missing"
  std::optional<unsigned> cpu;       // that everything was pinned to
};

struct Comparison {
  static constexpr std::string_view kSchema = "perfopt.comparison";
  static constexpr int kSchemaVersion = 1;

  std::string started;  // ISO 8601, UTC
  double elapsed_s = 0;
  bool complete = true;  // false: interrupted
  CompareMethod method = CompareMethod::interleaved;
  ComparedSide base, changed;
  CompareSettings settings;
  Environment environment;
  std::vector<Doubt> doubts;  // beyond those of the environment, in words that can be acted on
  std::string advice;         // files: the command that would decide; "" for nothing
  std::vector<ComparedBenchmark> benchmarks;
};

}  // namespace perfopt::model
