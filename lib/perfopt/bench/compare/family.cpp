// SPDX-License-Identifier: Apache-2.0
#include <sys/random.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <random>
#include <utility>

#include "perfopt/bench/compare/duel.hpp"
#include "perfopt/bench/compare/wording.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/stats/paired.hpp"
#include "perfopt/stats/sequential.hpp"

namespace perfopt::bench {
namespace {

using model::Change;
using model::ComparedBenchmark;
using Clock = std::chrono::steady_clock;

// Below this share of CPU time in wall time the body waits, and waiting is what is felt.
constexpr double kComputes = 0.9;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

// One duel on its way to a verdict.
class Bout {
 public:
  Bout(Duel& duel, double margin) : duel_(duel) {
    result_.name = duel.name();
    result_.margin = margin;
  }

  [[nodiscard]] bool open() const { return result_.verdict == Change::inconclusive; }
  [[nodiscard]] bool announced() const { return announced_; }
  [[nodiscard]] double seconds() const { return result_.seconds; }
  [[nodiscard]] const std::string& name() const { return result_.name; }
  [[nodiscard]] const std::optional<stats::Evidence>& evidence() const { return evidence_; }
  [[nodiscard]] const ComparedBenchmark& result() const { return result_; }

  [[nodiscard]] std::size_t pairs() const { return log_wall_.size(); }

  // Pairs up to the next look, unless the time is over before.
  void go_on(Random& order, const FamilyOptions& options, const std::function<bool()>& over) {
    const auto begin = Clock::now();
    const std::size_t until = std::min(stats::next_look(log_wall_.size() + 1).pairs, options.most_pairs);
    try {
      if (!std::exchange(prepared_, true)) duel_.prepare();
      while (log_wall_.size() < until && !over()) add(duel_.pair(order));
    } catch (const Interrupted&) {
      return;
    } catch (const Error& error) {
      fail(error.what());
    }
    result_.seconds += seconds_since(begin);
    if (!open() || log_wall_.size() < until) return;
    if (result_.metric.empty()) choose_metric();
    evidence_ = stats::weigh(logs(), options.error_rate);
  }

  // With the p-values that hold for the whole family.
  void decide(double p_slower, double p_faster, double error_rate) {
    result_.p_slower = p_slower;
    result_.p_faster = p_faster;
    result_.verdict = stats::decide(*evidence_, p_slower, p_faster, result_.margin, error_rate);
  }

  // Whole once the verdict is there, or the time is over. `family`: how many are judged together.
  [[nodiscard]] const ComparedBenchmark& finish(double error_rate, double family) {
    announced_ = true;
    result_.metrics = duel_.metrics();
    if (log_wall_.empty()) {
      if (open()) result_.reason = "not measured: the time was over";
      return result_;
    }
    if (result_.metric.empty()) choose_metric();
    const bool cpu = result_.metric == "cpu_time";
    result_.base = stats::median(cpu ? result_.pairs.base_cpu_ns : result_.pairs.base_wall_ns);
    result_.changed = stats::median(cpu ? result_.pairs.changed_cpu_ns : result_.pairs.changed_wall_ns);
    result_.pairs.log_ratio = logs();
    if (evidence_) {
      result_.ratio = evidence_->ratio;
      if (std::isfinite(evidence_->sure.high)) result_.sure = evidence_->sure;
      result_.detectable = stats::detectable_change(evidence_->deviation, evidence_->pairs, error_rate / family);
    }
    if (result_.verdict != Change::failed) result_.reason = reason_of(result_, log_wall_.size(), error_rate);
    return result_;
  }

 private:
  void fail(const std::string& why) {
    result_.verdict = Change::failed;
    result_.reason = why;
  }

  void add(const MeasuredPair& pair) {
    result_.pairs.base_wall_ns.push_back(pair.base.wall_ns);
    result_.pairs.changed_wall_ns.push_back(pair.changed.wall_ns);
    result_.pairs.base_cpu_ns.push_back(pair.base.cpu_ns);
    result_.pairs.changed_cpu_ns.push_back(pair.changed.cpu_ns);
    result_.pairs.base_first.push_back(pair.base_first ? 1 : 0);
    log_wall_.push_back(pair.log_ratio ? pair.log_ratio->wall_ns : std::log(pair.changed.wall_ns / pair.base.wall_ns));
    log_cpu_.push_back(pair.log_ratio ? pair.log_ratio->cpu_ns : std::log(pair.changed.cpu_ns / pair.base.cpu_ns));
  }

  // From both sides alike, and before anything is judged: a choice that knew the ratio would be a second chance.
  void choose_metric() {
    const double base = stats::median(result_.pairs.base_cpu_ns) / stats::median(result_.pairs.base_wall_ns);
    const double changed = stats::median(result_.pairs.changed_cpu_ns) / stats::median(result_.pairs.changed_wall_ns);
    const double share = std::min(base, changed);
    const std::string wall_wish = duel_.wall_reason();
    const std::string cpu_wish = duel_.cpu_reason();
    const bool cpu = wall_wish.empty() && (!cpu_wish.empty() || share >= kComputes);
    const std::string wish = wall_wish.empty() ? cpu_wish : wall_wish;
    result_.metric = cpu ? "cpu_time" : "wall_time";
    result_.metric_reason = wish.empty() ? share_reason(share) : wish;
  }

  [[nodiscard]] const std::vector<double>& logs() const { return result_.metric == "cpu_time" ? log_cpu_ : log_wall_; }

  Duel& duel_;
  ComparedBenchmark result_;
  std::vector<double> log_wall_, log_cpu_;
  std::optional<stats::Evidence> evidence_;
  bool prepared_ = false;
  bool announced_ = false;
};

// The verdicts of all that are open, by p-values adjusted over all that were ever weighed.
void decide_all(std::vector<Bout>& bouts, const FamilyOptions& options) {
  std::vector<double> slower;
  std::vector<double> faster;
  for (const Bout& bout : bouts) {
    slower.push_back(bout.evidence() ? bout.evidence()->p_slower : 1);
    faster.push_back(bout.evidence() ? bout.evidence()->p_faster : 1);
  }
  const auto adjust = options.false_discovery ? stats::benjamini_hochberg : stats::holm;
  slower = adjust(slower);
  faster = adjust(faster);
  for (std::size_t i = 0; i < bouts.size(); ++i) {
    const bool heard = bouts[i].evidence() && bouts[i].pairs() >= options.least_pairs;
    if (bouts[i].open() && heard) bouts[i].decide(slower[i], faster[i], options.error_rate);
  }
}

// The one in doubt that has had the least time, of those that may go on.
Bout* next_bout(std::vector<Bout>& bouts, const std::function<bool(const Bout&)>& over) {
  Bout* next = nullptr;
  for (Bout& bout : bouts) {
    if (bout.open() && !over(bout) && (next == nullptr || bout.seconds() < next->seconds())) next = &bout;
  }
  return next;
}

// Finishes those that are decided, or all when `rest`; returns how many have been finished so far.
std::size_t announce(std::vector<Bout>& bouts, double error_rate, bool rest, FamilyObserver& observer) {
  auto done = static_cast<std::size_t>(std::ranges::count_if(bouts, &Bout::announced));
  for (Bout& bout : bouts) {
    if (bout.announced() || (bout.open() && !rest)) continue;
    const ComparedBenchmark& result = bout.finish(error_rate, static_cast<double>(bouts.size()));
    observer.decided(result, ++done, bouts.size());
  }
  return done;
}

}  // namespace

std::uint64_t random_seed() {
  std::uint64_t seed = 0;
  if (::getrandom(&seed, sizeof seed, 0) == sizeof seed) return seed;
  std::random_device device;
  return (std::uint64_t{device()} << 32U) | device();
}

std::vector<ComparedBenchmark> run_family(std::span<const std::unique_ptr<Duel>> duels, const FamilyOptions& options,
                                          FamilyObserver& observer, const Cancellation& cancellation) {
  const auto begin = Clock::now();
  const auto left = [&] { return options.max_time_s - seconds_since(begin); };
  const auto over = [&](const Bout& bout) {
    const bool enough = bout.pairs() >= options.most_pairs || (left() <= 0 && bout.pairs() >= options.least_pairs);
    return enough || cancellation.requested();
  };
  std::vector<Bout> bouts;
  bouts.reserve(duels.size());
  for (const auto& duel : duels) bouts.emplace_back(*duel, options.margin_of ? options.margin_of(duel->name()) : 0);
  Random order(options.seed);
  std::size_t decided = 0;
  for (Bout* bout = next_bout(bouts, over); bout != nullptr; bout = next_bout(bouts, over)) {
    observer.progress({bout->name(), decided, bouts.size(), left()});
    bout->go_on(order, options, [&] { return over(*bout); });
    decide_all(bouts, options);
    decided = announce(bouts, options.error_rate, false, observer);
  }
  announce(bouts, options.error_rate, true, observer);
  std::vector<ComparedBenchmark> results;
  for (Bout& bout : bouts) results.push_back(bout.result());
  return results;
}

}  // namespace perfopt::bench
