// SPDX-License-Identifier: Apache-2.0
// The Suite document: what `perfbench --all` measured, and what follows from it.
//
// Raw rounds are stored as columns; index i of every column of every variant of a case is the same round, so a
// pair is (baseline[i], variant[i]). Everything in Summary, Best, Finding is derived from them by stats/judge.hpp
// and stored so that a reader of the JSON sees each figure that the console shows.
// Times are nanoseconds for ONE run of a strategy (the mean over the `instances` that one round ran back to back).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "perfopt/model/environment.hpp"
#include "perfopt/model/fleet.hpp"
#include "perfopt/model/scaling.hpp"

namespace perfopt::model {

enum class Status : std::uint8_t { ok, skipped, failed };  // failed: integrity or an error; reason says which

// One round of a variant is kept even when others of the case failed.
struct Rounds {
  std::vector<double> wall_ns;
  std::vector<double> cpu_ns;                     // of all threads of the process
  std::vector<std::uint32_t> position;            // 0: ran first in its round
  std::vector<std::uint64_t> page_faults;         // minor + major, of the whole round (all instances)
  std::vector<std::uint64_t> voluntary_switches;  // context switches, likewise
  std::vector<std::uint64_t> involuntary_switches;
};

// Taken once, in the warm-up round before the timed ones (counting would disturb the timing).
struct Resources {
  std::optional<std::uint64_t> peak_rss_bytes;    // of the process during run()
  std::optional<std::uint64_t> rss_growth_bytes;  // peak above the level before run()
  std::optional<std::uint64_t> allocations;       // malloc and operator new calls in one run()
  std::optional<std::uint64_t> allocated_bytes;
  std::optional<std::uint64_t> held_bytes;  // memory that the strategy says it holds for its data
  std::string skipped_reason;               // why any of them is missing
};

// Of one run(); each empty where the machine has no such counter.
struct Counters {
  std::optional<double> cycles, instructions, cache_misses, branch_misses;
  std::string skipped_reason;
};

enum class Verdict : std::uint8_t {
  baseline,   // the yardstick itself
  wins,       // the interval of the speed-up lies above 1
  loses,      // it lies below 1
  undecided,  // it contains 1
  none,       // not measured
};

struct Summary {
  double wall_ns = 0;                        // median
  double wall_low_ns = 0, wall_high_ns = 0;  // quartiles
  double cpu_ns = 0;
  double items_per_second = 0;
  double bytes_per_second = 0;
  double spread = 0;                // interquartile range of wall / median
  std::optional<Interval> speedup;  // baseline / this, over paired rounds; empty for the baseline
  Verdict verdict = Verdict::none;
  std::optional<double> limit_share;  // of the physical limit: 1 = as fast as this machine can
};

// The physical limit measured beside a case, which bounds a variant.
struct LimitUse {
  std::string limit;  // "read_bandwidth"
  std::string unit;   // "bytes/s"
  double rate = 0;    // units per second, the best of the probes around the case
  double units = 0;   // how many the variant needs at least
  std::uint64_t working_set_bytes = 0;
  unsigned threads = 1;
  unsigned depth = 1;
};

struct Variant {
  std::string name;
  std::string level;  // "baseline", "conservative", "balanced", "aggressive"
  std::string does;
  std::string needs;
  std::string costs;
  std::string weaker;    // set when its result means less, for instance weaker durability
  unsigned workers = 0;  // set when it is the baseline's computation on so many ranks
  Status status = Status::ok;
  std::string reason;  // of skipped and failed
  std::string note;    // what it found out about its last run: "hit rate 37 %"; "" for nothing
  // XXH3-64 of what it computed from the first input that the seed and the size give, in hex; "" for a result that is
  // not exact. The same program, seed and size give the same.
  std::string output_digest;
  Rounds rounds;
  double items_per_run = 0;
  double bytes_per_run = 0;
  Resources resources;
  Counters counters;
  std::optional<LimitUse> limit;
  Summary summary;
};

struct Best {
  std::string variant;            // the fastest that means the same and wins, else the baseline; the fastest where
                                  // rounds are too few to tell; "" if nothing was measured
  std::vector<std::string> tied;  // not told apart from it
};

// One problem at one size.
struct Case {
  std::string category;
  std::string problem;
  std::string title;
  std::string unit;
  std::uint64_t size = 0;
  std::string size_class;       // "small", "medium", "large", "given", or "refined" (added to find a crossover)
  std::uint64_t instances = 1;  // runs per round
  Status status = Status::ok;
  std::string reason;
  bool out_of_time = false;       // skipped because --max-time was used up: a resumed run measures it
  std::string conditions;         // what it ran on beside this machine: "PostgreSQL 15.18, own cluster"; "" for nothing
  double check_ns = 0;            // time spent on integrity, outside every measurement
  std::vector<Variant> variants;  // the baseline first
  Best best;
};

// Where a variant starts or stops to pay off.
struct Crossover {
  double size = 0;                  // interpolated on log axes
  std::uint64_t low = 0, high = 0;  // the measured sizes around it
  bool wins_above = true;           // false: it wins below this size
};

enum class Tendency : std::uint8_t { always_wins, always_loses, wins_from, wins_below, mixed, undecided, not_measured };

struct VariantFinding {
  std::string variant;
  Tendency tendency = Tendency::not_measured;
  std::optional<Crossover> crossover;
  std::string sentence;  // "naive wins below 30,000 elements (measured between 16,384 and 65,536)"
};

struct Finding {
  std::string category;
  std::string problem;
  std::string title;
  std::string unit;
  std::vector<VariantFinding> variants;  // the baseline is not among them
  std::string sentence;                  // the answer for the problem, one line
};

struct SkippedCategory {
  std::string category;
  std::string reason;
};

struct Settings {
  std::vector<std::string> categories;
  std::string level;
  std::string sizes;
  std::string filter;
  std::vector<std::string> disabled;
  std::uint64_t seed = 0;
  double max_time_s = 0;
  unsigned repetitions = 0;  // 0: chosen from the time
  double min_time_s = 0;
  unsigned threads = 1;
  std::uint64_t memory_limit_bytes = 0;
  std::uint64_t file_limit_bytes = 0;
  unsigned connection_limit = 0;
  unsigned ranks = 0;
  std::string environment;  // section of the configuration: "development", "testing", "production" or ""
};

struct Suite {
  static constexpr std::string_view kSchema = "perfopt.suite";
  static constexpr int kSchemaVersion = 1;

  std::string started;  // ISO 8601, UTC
  double elapsed_s = 0;
  bool complete = true;
  std::vector<std::string> missing;  // "cpu/sort at 1000000": what an interrupted run has not measured
  Settings settings;
  Environment environment;
  std::vector<Case> cases;
  std::vector<Finding> findings;
  std::vector<SkippedCategory> skipped_categories;
  std::vector<Scaling> scalings;  // of problems whose variants have `workers`
  std::optional<Fleet> fleet;     // of a run on several hosts (--fleet); the rest is then that of rank 0
};

}  // namespace perfopt::model
