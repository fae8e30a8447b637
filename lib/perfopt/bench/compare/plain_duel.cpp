// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/compare/plain_duel.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <optional>
#include <sstream>
#include <vector>

#include "perfopt/bench/compare/command_run.hpp"
#include "perfopt/bench/compare/side_figures.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/core/temp_dir.hpp"
#include "perfopt/model/foreign_results.hpp"

namespace perfopt::bench {
namespace {

// Enough to be more than the clock's own cost; the program runs on until it has measured for so long.
constexpr const char* kLeastTime = "0.01";

std::string exactly(const std::string& name) {
  std::string pattern = "^";
  for (const char c : name) {
    if (std::string_view("^$\\.*+?()[]{}|").find(c) != std::string_view::npos) pattern += '\\';
    pattern += c;
  }
  return pattern + "$";
}

const model::Result* find(const model::ResultSet& set, const std::string& name) {
  const auto found = std::ranges::find(set.results, name, &model::Result::name);
  return found == set.results.end() ? nullptr : &*found;
}

class PlainDuel final : public Duel {
 public:
  PlainDuel(const Program& base, const Program& changed, const std::string& base_name, const std::string& name,
            const DuelOptions& options)
      : programs_{&base, &changed}, names_{base_name, name}, options_(options) {}

  [[nodiscard]] const std::string& name() const override { return names_[1]; }
  [[nodiscard]] std::string wall_reason() const override { return wall_reason_; }

  void prepare() override {
    if (options_.expect_same_output) {
      throw Error(ExitCode::bad_request, "its output is not known: link both sides with Perfopt::benchmark_main");
    }
    if (options_.metric == "wall") wall_reason_ = "wall time: asked for";
    (void)run(0);
    (void)run(1);
  }

  [[nodiscard]] MeasuredPair pair(Random& order) override {
    MeasuredPair result;
    result.base_first = (order() & 1U) == 0;
    const std::size_t first = result.base_first ? 0 : 1;
    std::array<SideTime, 2> logs{};
    for (const std::size_t side : {first, 1 - first, 1 - first, first}) {
      const SideTime time = run(side);
      logs[side].wall_ns += std::log(time.wall_ns) / 2;
      logs[side].cpu_ns += std::log(time.cpu_ns) / 2;
    }
    result.base = {std::exp(logs[0].wall_ns), std::exp(logs[0].cpu_ns)};
    result.changed = {std::exp(logs[1].wall_ns), std::exp(logs[1].cpu_ns)};
    return result;
  }

  [[nodiscard]] std::vector<model::MetricChange> metrics() const override {
    return figure_metrics(figures_[0], figures_[1], "only a program linked with Perfopt::benchmark_main tells them");
  }

 private:
  SideTime run(std::size_t side) {
    const Program& program = *programs_[side];
    const TempDir scratch("perfbench");
    const std::filesystem::path file = scratch.path() / "out.json";
    RunRequest request;
    request.words = program.words;
    for (const std::string& flag :
         {"--benchmark_filter=" + exactly(names_[side]), std::string("--benchmark_min_time=") + kLeastTime,
          std::string("--benchmark_repetitions=1"), "--benchmark_out=" + file.string(),
          std::string("--benchmark_out_format=json")}) {
      request.words.push_back(flag);
    }
    request.time_limit_s = program.timeout_s;
    static const Cancellation kNever;
    const CommandRun done = run_command(request, program.cancellation == nullptr ? kNever : *program.cancellation);
    if (done.end == RunEnd::cancelled) throw Interrupted();
    if (done.end == RunEnd::timed_out) {
      std::ostringstream seconds;
      seconds << program.timeout_s;
      throw Error(ExitCode::bad_request,
                  "the " + program.side + " hangs: no end in " + seconds.str() + " s (--timeout)");
    }
    if (done.end != RunEnd::exited || done.code != 0) {
      throw Error(ExitCode::bad_request, "the " + program.side + " " + end_text(done, program.timeout_s));
    }
    figures_[side].add(1, static_cast<double>(done.minor_faults + done.major_faults),
                       static_cast<double>(done.voluntary_switches + done.involuntary_switches), std::nullopt,
                       static_cast<double>(done.peak_rss_bytes));
    return time_of(model::read_results(read_file(file), "the " + program.side + "'s results"), side);
  }

  SideTime time_of(const model::ResultSet& set, std::size_t side) {
    const model::Result* cpu = find(set, names_[side]);
    const model::Result* wall = find(set, names_[side] + std::string(model::kWallSuffix));
    const std::string who = "the " + programs_[side]->side;
    if (cpu == nullptr) throw Error(ExitCode::bad_request, who + " does not tell the time of " + names_[side]);
    if (!cpu->failure.empty()) throw Error(ExitCode::bad_request, who + " says: " + cpu->failure);
    // Where the name says so, the program counts by wall time itself, and tells that alone.
    if (wall == nullptr) {
      wall = cpu;
      if (wall_reason_.empty()) wall_reason_ = "wall time: the benchmark counts by it itself";
    }
    const auto typical = [&](const model::Result& result) {
      if (result.samples.empty() || !(result.samples.front() > 0)) {
        throw Error(ExitCode::bad_request, who + " tells a time of 0 for " + names_[side] + "; give it more to do");
      }
      return result.samples.front();
    };
    return {typical(*wall), typical(*cpu)};
  }

  std::array<const Program*, 2> programs_;
  std::array<std::string, 2> names_;
  DuelOptions options_;
  std::string wall_reason_;
  std::array<SideFigures, 2> figures_;
};

}  // namespace

std::unique_ptr<Duel> make_plain_duel(const Program& base, const Program& changed, const std::string& base_name,
                                      const std::string& name, const DuelOptions& options) {
  return std::make_unique<PlainDuel>(base, changed, base_name, name, options);
}

}  // namespace perfopt::bench
