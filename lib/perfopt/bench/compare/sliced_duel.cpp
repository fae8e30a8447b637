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
#include "perfopt/stats/paired.hpp"

namespace perfopt::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kSliceNs = 0.25e6;
constexpr double kLongestSliceNs = 20e6;
constexpr std::size_t kFewestSlices = 8;  // of each side in a pair
constexpr std::size_t kMostSlices = 200;
constexpr double kLongestTurnsS = 0.3;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

// Of one pair, by side.
struct Columns {
  std::vector<double> wall, cpu;
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
    const auto begin = Clock::now();
    std::array<std::optional<Worker>, 2> workers;
    MeasuredPair result;
    result.base_first = (order() & 1U) == 0;
    const std::size_t first = result.base_first ? 0 : 1;
    for (const std::size_t side : {first, 1 - first}) {
      workers[side] = start(side);
      (void)workers[side]->run(indices_[side], iterations_);  // its own first touch of everything
    }
    const double start_s = seconds_since(begin);
    const auto turns_begin = Clock::now();
    std::array<Columns, 2> columns;
    for (std::size_t i = 0; i < slices_; ++i) {
      for (const std::size_t side : {first, 1 - first}) take_turn(*workers[side], side, columns[side]);
    }
    result.base = {stats::median(columns[0].wall), stats::median(columns[0].cpu)};
    result.changed = {stats::median(columns[1].wall), stats::median(columns[1].cpu)};
    choose_slices(start_s, seconds_since(turns_begin) / static_cast<double>(slices_));
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

  void take_turn(Worker& worker, std::size_t side, Columns& columns) {
    const Slice slice = worker.run(indices_[side], iterations_);
    columns.wall.push_back(slice.wall_ns);
    columns.cpu.push_back(slice.cpu_ns);
    std::optional<double> allocated;
    if (slice.allocated_bytes) allocated = static_cast<double>(*slice.allocated_bytes);
    figures_[side].add(static_cast<double>(slice.iterations), static_cast<double>(slice.page_faults),
                       static_cast<double>(slice.voluntary_switches + slice.involuntary_switches), allocated,
                       static_cast<double>(slice.peak_rss_bytes));
  }

  void choose_slices(double start_s, double both_s) {
    const double most = std::clamp(kLongestTurnsS / both_s, double{kFewestSlices}, double{kMostSlices});
    slices_ = static_cast<std::size_t>(std::clamp(start_s / both_s, double{kFewestSlices}, most));
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
  std::size_t slices_ = kFewestSlices;
  std::array<SideFigures, 2> figures_;
};

}  // namespace

std::unique_ptr<Duel> make_sliced_duel(const Program& base, const Program& changed, const std::string& base_name,
                                       const std::string& name, const DuelOptions& options) {
  return std::make_unique<SlicedDuel>(base, changed, base_name, name, options);
}

}  // namespace perfopt::bench
