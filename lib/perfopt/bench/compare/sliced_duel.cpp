// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/compare/sliced_duel.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <optional>
#include <vector>

#include "perfopt/bench/compare/side_figures.hpp"
#include "perfopt/bench/compare/worker.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/stats/noise.hpp"
#include "perfopt/stats/paired.hpp"

namespace perfopt::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kSliceNs = 0.25e6;
constexpr double kLongestSliceNs = 20e6;
constexpr std::size_t kFewestTurns = 4;  // of each side in half a pair
constexpr std::size_t kMostTurns = 128;
constexpr double kLongestHalfS = 0.2;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

// About `middle`.
double robust_variance(std::span<const double> values, double middle) {
  const double deviation = stats::robust_deviation(values, middle);
  return deviation * deviation;
}

// Times of the turns of a pair, by side.
struct Turns {
  std::array<std::vector<double>, 2> wall, cpu;
};

// How many turns half a pair should have. Pairs are looked at without their signs, about 0: the signed rank needs signs
// that do not depend on how long a pair was, and a choice that knew which side is ahead could favour it.
class TurnChoice {
 public:
  [[nodiscard]] std::size_t turns() const { return turns_; }

  // `logs`: of the turns of one half.
  void see_half(std::span<const double> logs, double start_s, double turn_s) {
    variance_of_turn_.push_back(kOfMedian * robust_variance(logs, stats::median(logs)));
    variance_of_half_.push_back(variance_of_turn_.back() / static_cast<double>(logs.size()));
    start_s_ = start_s;
    turn_s_ = turn_s;
  }

  void see_pair(double log) {
    logs_.push_back(log);
    if (logs_.size() < kFewestPairs) return;
    const double of_pairs = robust_variance(logs_, 0);
    if (of_pairs < kFineEnough * kFineEnough) return;
    // Of a half, as the pair is the mean of two.
    const double between = 2 * of_pairs - stats::median(variance_of_half_);
    const double most = std::clamp(kLongestHalfS / turn_s_, double{kFewestTurns}, double{kMostTurns});
    const double best = between > 0 ? std::sqrt(start_s_ / turn_s_ * stats::median(variance_of_turn_) / between) : most;
    // By and by: what is plain is decided before pairs have grown long.
    turns_ = static_cast<std::size_t>(
        std::clamp(best, double{kFewestTurns}, std::min(most, 2 * static_cast<double>(turns_))));
  }

 private:
  static constexpr std::size_t kFewestPairs = 10;  // as the first look has
  // Variance of a median against that of a mean, and of turns that are not independent of each other.
  static constexpr double kOfMedian = 1.57 * 1.5;
  static constexpr double kFineEnough = 0.002;
  std::size_t turns_ = kFewestTurns;
  std::vector<double> variance_of_half_, variance_of_turn_, logs_;
  double start_s_ = 0;
  double turn_s_ = 1;
};

class SlicedDuel final : public Duel {
 public:
  SlicedDuel(const Program& base, const Program& changed, const std::string& base_name, const std::string& name,
             const DuelOptions& options)
      : programs_{&base, &changed},
        indices_{base.index_of(base_name), changed.index_of(name)},
        name_(name),
        options_(options) {}

  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] std::string wall_reason() const override { return wall_reason_; }

  void prepare() override {
    std::array<Slice, 2> first;
    for (std::size_t side : {0U, 1U}) {
      std::optional<Worker> worker = start(side);
      first[side] = worker->run(indices_[side], 1);
      if (side == 0) calibrate(*worker, first[0]);
    }
    if (options_.expect_same_output) require_same_output(first[0], first[1]);
    wall_reason_ = reason_for_wall(first[0], first[1]);
  }

  [[nodiscard]] MeasuredPair pair(Random& order) override {
    MeasuredPair result;
    result.base_first = (order() & 1U) == 0;
    const std::size_t first = result.base_first ? 0 : 1;
    Turns all;
    SideTime mean{};
    for (const std::size_t side : {first, 1 - first}) {
      const SideTime half = take_half(side, all);
      mean.wall_ns += half.wall_ns / 2;
      mean.cpu_ns += half.cpu_ns / 2;
    }
    result.base = {stats::median(all.wall[0]), stats::median(all.cpu[0])};
    result.changed = {stats::median(all.wall[1]), stats::median(all.cpu[1])};
    result.log_ratio = mean;
    choice_.see_pair(wall_reason_.empty() ? mean.cpu_ns : mean.wall_ns);
    return result;
  }

  [[nodiscard]] std::vector<model::MetricChange> metrics() const override {
    return figure_metrics(figures_[0], figures_[1], "nobody counts them: link Perfopt::benchmark_allocations as well");
  }

 private:
  [[nodiscard]] std::optional<Worker> start(std::size_t side) {
    std::optional<Worker> worker(std::in_place, *programs_[side]);
    std::vector<std::string> names;
    if (!worker->greet(names)) {
      throw Error(ExitCode::bad_request, "the " + programs_[side]->side + " does not answer when started again");
    }
    return worker;
  }

  // As many iterations as fill a slice, which must not be shorter than what it takes to ask for one.
  void calibrate(Worker& worker, const Slice& first) {
    double per_iteration = std::max(first.wall_ns, 1e-3);
    double slice_ns = kSliceNs;
    constexpr int kRounds = 4;
    for (int round = 0; round < kRounds; ++round) {
      iterations_ = static_cast<std::uint64_t>(std::clamp(slice_ns / per_iteration, 1.0, 1e9));
      const auto begin = Clock::now();
      const Slice slice = worker.run(indices_[0], iterations_);
      const double whole_ns = seconds_since(begin) * 1e9;
      per_iteration = std::max(slice.wall_ns, 1e-3);
      const double timed_ns = per_iteration * static_cast<double>(slice.iterations);
      slice_ns = std::clamp(whole_ns - timed_ns, kSliceNs, kLongestSliceNs);
    }
  }

  // Starts `first` before the other; returns the medians of the logs, and adds what it saw to `all`.
  [[nodiscard]] SideTime take_half(std::size_t first, Turns& all) {
    const auto begin = Clock::now();
    std::array<std::optional<Worker>, 2> workers;
    for (const std::size_t side : {first, 1 - first}) {
      workers[side] = start(side);
      (void)workers[side]->run(indices_[side], iterations_);  // its own first touch of everything
    }
    const double start_s = seconds_since(begin);
    const auto turns_begin = Clock::now();
    std::vector<double> log_wall;
    std::vector<double> log_cpu;
    for (std::size_t i = 0; i < choice_.turns(); ++i) {
      std::array<Slice, 2> slices;
      for (const std::size_t side : {first, 1 - first}) slices[side] = take_turn(*workers[side], side, all);
      log_wall.push_back(std::log(slices[1].wall_ns / slices[0].wall_ns));
      log_cpu.push_back(std::log(slices[1].cpu_ns / slices[0].cpu_ns));
    }
    choice_.see_half(wall_reason_.empty() ? log_cpu : log_wall, start_s,
                     seconds_since(turns_begin) / static_cast<double>(log_wall.size()));
    // Who ends last leaves its pages to who starts next: which side that is must follow from the draw alone.
    workers[1 - first].reset();
    workers[first].reset();
    return {stats::median(log_wall), stats::median(log_cpu)};
  }

  [[nodiscard]] Slice take_turn(Worker& worker, std::size_t side, Turns& all) {
    Slice slice = worker.run(indices_[side], iterations_);
    if (!(slice.wall_ns > 0) || !(slice.cpu_ns > 0)) {
      throw Error(ExitCode::bad_request,
                  "the " + programs_[side]->side + " tells a time of 0 for " + name_ + "; give it more to do");
    }
    all.wall[side].push_back(slice.wall_ns);
    all.cpu[side].push_back(slice.cpu_ns);
    std::optional<double> allocated;
    if (slice.allocated_bytes) allocated = static_cast<double>(*slice.allocated_bytes);
    figures_[side].add(static_cast<double>(slice.iterations), static_cast<double>(slice.page_faults),
                       static_cast<double>(slice.voluntary_switches + slice.involuntary_switches), allocated,
                       static_cast<double>(slice.peak_rss_bytes));
    return slice;
  }

  void require_same_output(const Slice& base, const Slice& changed) const {
    if (base.label.empty() && changed.label.empty()) {
      throw Error(ExitCode::bad_request, "tells no output to compare: SetLabel(), or a counter named checksum...");
    }
    if (base.label != changed.label) {
      throw IntegrityError("the outputs differ: base '" + base.label + "', changed '" + changed.label + "'");
    }
  }

  [[nodiscard]] std::string reason_for_wall(const Slice& base, const Slice& changed) const {
    if (options_.metric == "wall") return "wall time: asked for";
    if (base.manual || changed.manual) return "wall time: the benchmark measures itself";
    if (std::max(base.threads, changed.threads) > 1) return "wall time: several threads";
    return "";
  }

  std::array<const Program*, 2> programs_;
  std::array<std::size_t, 2> indices_;
  std::string name_;
  DuelOptions options_;
  std::string wall_reason_;
  std::uint64_t iterations_ = 1;
  TurnChoice choice_;
  std::array<SideFigures, 2> figures_;
};

}  // namespace

std::unique_ptr<Duel> make_sliced_duel(const Program& base, const Program& changed, const std::string& base_name,
                                       const std::string& name, const DuelOptions& options) {
  return std::make_unique<SlicedDuel>(base, changed, base_name, name, options);
}

}  // namespace perfopt::bench
