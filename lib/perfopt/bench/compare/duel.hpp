// SPDX-License-Identifier: Apache-2.0
// Two sides of one benchmark that are measured in turns, and the family of them that shares the time.
//
// A duel measures pairs: both sides once or several times each, next to each other in time, on one CPU, in an order
// that it draws at random for each pair. What a pair yields is one observation (stats/sequential.hpp). The family loop
// gives each duel pairs until its verdict is sure; the time that is left goes to those still in doubt.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "perfopt/core/cancellation.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/random.hpp"
#include "perfopt/model/comparison.hpp"

namespace perfopt::bench {

// What one side of a pair took for one execution; medians where the pair ran it several times.
struct SideTime {
  double wall_ns = 0;
  double cpu_ns = 0;
};

struct MeasuredPair {
  SideTime base, changed;
  // log(changed / base) of wall and CPU time, where the pair knows it better than by the two times alone.
  std::optional<SideTime> log_ratio;
  bool base_first = true;
};

// Thrown by prepare() and pair() when cancellation cut them short: what was measured before stands.
class Interrupted : public Error {
 public:
  Interrupted() : Error(ExitCode::internal, "interrupted") {}
};

class Duel {
 public:
  Duel() = default;
  Duel(const Duel&) = delete;
  Duel& operator=(const Duel&) = delete;
  virtual ~Duel() = default;

  [[nodiscard]] virtual const std::string& name() const = 0;
  // Before any pair: both sides give the same output, each runs at all, lengths are calibrated. Throws IntegrityError
  // when the outputs differ and Error when a side cannot run; the benchmark then counts as failed with that message.
  virtual void prepare() = 0;
  // Throws Error when a side crashes or hangs. Draws the order from `order`.
  [[nodiscard]] virtual MeasuredPair pair(Random& order) = 0;
  // Wall time instead of CPU time must be judged, whatever the share of CPU is: several threads, manual time, the
  // caller's wish. "" when the shares decide.
  [[nodiscard]] virtual std::string wall_reason() const { return ""; }
  // CPU time must be judged even where the command waits: the caller's wish. "" when the shares decide.
  [[nodiscard]] virtual std::string cpu_reason() const { return ""; }
  // Side figures of what ran so far (RSS, faults, switches, allocations).
  [[nodiscard]] virtual std::vector<model::MetricChange> metrics() const = 0;
};

struct FamilyOptions {
  double error_rate = 0.01;
  bool false_discovery = false;                              // Benjamini-Hochberg instead of Holm
  std::function<double(const std::string& name)> margin_of;  // of `same`
  double max_time_s = 60;                                    // for all of them
  std::size_t least_pairs = 0;                               // of each, before any verdict, even when the time is over
  std::size_t most_pairs = std::numeric_limits<std::size_t>::max();
  std::uint64_t seed = 0;  // of the orders; take it from random_seed()
};

// Told after each look.
struct FamilyProgress {
  std::string running;
  std::size_t decided = 0, total = 0;
  double left_s = 0;  // at most
};
class FamilyObserver {
 public:
  virtual ~FamilyObserver() = default;
  virtual void progress(const FamilyProgress&) {}
  virtual void decided(const model::ComparedBenchmark&, std::size_t /*done*/, std::size_t /*total*/) {}
};

// From the operating system: no two runs draw the same orders.
[[nodiscard]] std::uint64_t random_seed();

// One result a duel, in their order. Never throws for what a duel throws. Stops early when cancelled; what is not
// decided then is inconclusive.
[[nodiscard]] std::vector<model::ComparedBenchmark> run_family(std::span<const std::unique_ptr<Duel>> duels,
                                                               const FamilyOptions& options, FamilyObserver& observer,
                                                               const Cancellation& cancellation);

}  // namespace perfopt::bench
