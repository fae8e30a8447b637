// SPDX-License-Identifier: Apache-2.0
// Runs problems of the catalogue and returns the Suite document.
//
// Per problem and size (a case): a warm-up round that calibrates and counts resources, then rounds in which every
// strategy runs once on the same fresh input, in an order that is a random permutation in one round and its reverse
// in the next, so that no linear drift favours a place. The number of rounds is fixed before the first is timed.
// Google Benchmark times each run. Every result of every round is verified (workload.hpp).
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "perfopt/bench/workload.hpp"
#include "perfopt/core/cancellation.hpp"
#include "perfopt/model/suite.hpp"

namespace perfopt::bench {

// Breaks every strategy but the baselines on purpose, to see that it is refused.
enum class Fault : std::uint8_t { none, wrong_result, stale_buffer, null_kernel, error_return };

// --sizes: classes, explicit counts or bytes, or both.
struct SizeRequest {
  std::vector<SizeClass> classes;  // empty with no explicit sizes: all classes
  std::vector<std::uint64_t> counts;
  std::vector<std::uint64_t> bytes;
};
// Throws BadInput: "small,64KiB,1M".
[[nodiscard]] SizeRequest parse_sizes(std::string_view text);

struct RunOptions {
  std::vector<std::string> categories;  // of kCategories; empty: all
  std::string filter;                   // ECMAScript regex searched in "category/problem/strategy"; "": all
  SizeRequest sizes;
  std::string sizes_text;             // as given, for the document
  Level level = Level::aggressive;    // strategies above it are left out
  std::vector<std::string> disabled;  // "io", "memory/maps" or "memory/maps/flat": switched off by configuration
  std::uint64_t seed = 1;
  double max_time_s = 165;
  unsigned repetitions = 0;   // rounds per case; 0: from the time, at least 6, at most 40
  double min_time_s = 30e-6;  // of one round of one strategy: small runs are repeated, on fresh inputs, within it
  bool refine = true;         // add sizes to narrow a crossover
  unsigned threads = 0;       // 0: all that this process may use
  std::uint64_t memory_limit_bytes = 0;  // 0: half of what is available
  std::uint64_t file_limit_bytes = 0;    // 0: 1 GiB, at most half of the free space
  unsigned connection_limit = 64;        // most connections that a strategy holds open
  unsigned ranks = 0;                    // processes of the distributed category; 0: threads, at least 2
  std::string database_url;              // PostgreSQL to use; "": an own cluster
  std::string environment;               // section of the configuration
  std::filesystem::path scratch;         // "": the directory for temporary files
  Fault fault = Fault::none;
};

inline constexpr std::string_view kCategories[] = {"memory", "cpu", "io", "network", "database", "distributed"};
// Why a category of kCategories has no problem here; "" when it has.
[[nodiscard]] std::string_view missing_reason(std::string_view category);

struct Progress {
  std::string_view running;  // "memory/transpose at 1,024"
  std::size_t done = 0;      // cases
  std::size_t total = 0;     // cases planned so far (grows by refinement)
  double left_s = 0;         // estimate
};

class Observer {
 public:
  virtual ~Observer() = default;
  virtual void progress(const Progress&) {}
  // After each case. `suite` holds all finished cases and may be stored (complete == false).
  virtual void finished(const model::Case&, const model::Suite&) {}
};

// The cases and strategies that would run, without running: status and reason are set for those that would not.
[[nodiscard]] model::Suite plan(const RunOptions& options);

// `previous`: an incomplete Suite of the same settings, whose finished cases are kept (--resume). Throws BadInput for
// options that select nothing and a `previous` that does not match. Failures of strategies are in the document.
[[nodiscard]] model::Suite run(const RunOptions& options, Observer& observer, const Cancellation& cancellation,
                               std::optional<model::Suite> previous = std::nullopt);

// True when any variant failed: exit code 1.
[[nodiscard]] bool has_failures(const model::Suite& suite);

}  // namespace perfopt::bench
