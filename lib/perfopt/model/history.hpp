// SPDX-License-Identifier: Apache-2.0
// The History document: runs of benchmarks over time, and what changed between them.
//
// A run is what one session measured of one commit in one environment. Runs can be compared where their environments
// have the same fingerprint: it stands for what of a machine and its software decides how fast a program is, and leaves
// out what changes from hour to hour (load, free memory, the name of the host).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "perfopt/model/environment.hpp"
#include "perfopt/model/scaling.hpp"

namespace perfopt::model {

struct HistoryResult {
  std::string name;
  std::string unit = "ns";
  bool higher_is_better = false;
  double median = 0;
  double low = 0;  // quartiles; both the median where one value is known
  double high = 0;
  std::uint64_t count = 0;      // how many samples they stand for
  std::vector<double> samples;  // empty when they were not kept
};

struct HistoryRun {
  std::string id;       // 32 hex digits, of the content: the same run has the same id in every store
  std::string started;  // ISO 8601, UTC
  std::string commit, branch, version;
  bool dirty = false;       // measured with changes that no commit has
  std::string environment;  // fingerprint, 16 hex digits
  std::string machine;      // what it stands for, readable
  std::string tool, origin;
  std::vector<std::string> baselines;  // names under which this run is the baseline of its environment
  std::vector<HistoryResult> results;  // empty in a list of runs
};

struct HistoryPoint {
  std::string run, started, commit, branch, version;
  bool dirty = false;
  double median = 0, low = 0, high = 0;
  std::uint64_t count = 0;
};

// A step that lasts. The first point after it is `first`, the last one before it `last`.
struct HistoryChange {
  std::size_t first = 0;  // index into the series' points
  std::string last_commit, first_commit, started;
  Interval ratio;       // after / before, with its 95 % interval
  bool worse = false;   // slower, or less of what should be more
  bool recent = false;  // within the runs that were asked about
};

// A slow drift since the last change: the factor in so many runs or so much time, with its 95 % interval.
struct HistoryTrend {
  Interval per_10_runs;
  std::optional<Interval> per_30_days;
  std::size_t points = 0;
  bool significant = false;
};

struct HistorySeries {
  std::string name, unit, environment, machine;
  bool higher_is_better = false;
  std::vector<HistoryPoint> points;  // by time
  std::vector<HistoryChange> changes;
  std::optional<HistoryTrend> trend;
};

struct HistoryBaseline {
  std::string name, environment, machine, run, started, commit, version;
};

struct History {
  static constexpr std::string_view kSchema = "perfopt.history";
  static constexpr int kSchemaVersion = 1;

  std::vector<HistoryRun> runs;
  std::vector<HistorySeries> series;
  std::vector<HistoryBaseline> baselines;
};

// "Intel(R) Xeon(R), 2 CPUs, 8 GiB, Linux 6.1, Debian GNU/Linux 12, performance, g++ 12.2.0": what is known of it;
// memory as the nearest power of two, the kernel as its first two numbers. "unknown" when nothing is.
[[nodiscard]] std::string machine_text(const Environment& environment);

// 16 hex digits of a machine_text(), the same in every build.
[[nodiscard]] std::string fingerprint_of(std::string_view machine);

// The id that belongs to the content of `run`; its id, origin and baselines do not count.
[[nodiscard]] std::string id_of(const HistoryRun& run);

}  // namespace perfopt::model
