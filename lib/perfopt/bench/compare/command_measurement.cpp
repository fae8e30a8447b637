// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/compare/command_measurement.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <memory>
#include <numeric>
#include <utility>

#include "perfopt/bench/compare/neighbours.hpp"
#include "perfopt/bench/placement.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/timestamp.hpp"
#include "perfopt/host/environment.hpp"
#include "perfopt/stats/command_noise.hpp"
#include "perfopt/stats/command_summary.hpp"

namespace perfopt::bench {
namespace {

using Clock = std::chrono::steady_clock;

// A command alone is known well enough.
constexpr double kNarrow = 0.01;
constexpr double kLeastSeconds = 1;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

void shuffle(std::vector<std::size_t>& indices, Random& random) {
  for (std::size_t i = indices.size(); i > 1; --i) std::swap(indices[i - 1], indices[random.below(i)]);
}

std::string output_text(const CommandSpec& spec) {
  switch (spec.output_to) {
    case OutputTo::nothing:
      return "null";
    case OutputTo::pipe:
      return "pipe";
    case OutputTo::inherit:
      return "inherit";
    case OutputTo::file:
      break;
  }
  return spec.output.string();
}

class Measurement {
 public:
  Measurement(const CommandRequest& request, FamilyObserver& observer, const Cancellation& cancellation)
      : request_(request), observer_(observer), cancellation_(cancellation), random_(request.seed) {
    for (const CommandSpec& spec : request.commands) {
      sides_.push_back(std::make_unique<CommandSide>(spec, request.conditions, cancellation));
    }
    failures_.resize(sides_.size());
    if (!request.conditions.shell.empty()) {
      shell_ = std::make_unique<ShellGauge>(request.conditions.shell, cancellation);
    }
    stage_.shell = shell_.get();
    stage_.metric = request.metric;
    stage_.same_output = request.same_output && request.reference.has_value();
  }

  CommandOutcome run() {
    CommandOutcome outcome;
    outcome.runs.started = utc_text(utc_now_s());
    outcome.runs.environment = host::read_environment("/", "");
    const auto processes = read_processes("/");
    const auto cpu_before = host::read_cpu_time("/");
    std::optional<OneCpu> one_cpu;
    if (request_.pinned) one_cpu.emplace(request_.cpu);
    if (request_.cpu && !one_cpu->cpu()) {
      throw Unavailable("--cpu: CPU " + std::to_string(*request_.cpu) +
                        " is none that this process may use (taskset -cp $$)");
    }
    if (one_cpu) outcome.runs.settings.cpu = one_cpu->cpu();
    measure(outcome);
    outcome.runs.elapsed_s = seconds_since(begin_);
    const std::string culprit = busiest(processes, read_processes("/"), outcome.runs.elapsed_s, ::getpid());
    if (const auto cpu_after = host::read_cpu_time("/");
        cpu_before && cpu_after && cpu_after->total > cpu_before->total) {
      outcome.runs.environment.steal_percent = 100.0 * static_cast<double>(cpu_after->steal - cpu_before->steal) /
                                               static_cast<double>(cpu_after->total - cpu_before->total);
    }
    tell(outcome, culprit);
    return outcome;
  }

 private:
  void measure(CommandOutcome& outcome) {
    try {
      if (request_.reference) {
        compare(outcome);
      } else {
        prepare_all();
        measure_rounds();
      }
    } catch (const Interrupted&) {
      interrupted_ = true;
    } catch (const Error&) {
      clean_up();
      throw;
    }
    clean_up();
  }

  // All are cleaned up whatever one of them says.
  void clean_up() {
    std::string failure;
    for (const auto& side : sides_) {
      try {
        side->clean_up();
      } catch (const Error& error) {
        failure = error.what();
      }
    }
    if (!failure.empty()) cleanup_failure_ = failure;
  }

  void prepare_all() {
    for (const auto& side : sides_) {
      observer_.progress({side->spec().name, 0, sides_.size(), left_s()});
      side->prepare();
      if (request_.same_output && side != sides_.front()) require_same_output(*sides_.front(), *side);
    }
  }

  [[nodiscard]] double left_s() const { return request_.max_time_s - seconds_since(begin_); }
  [[nodiscard]] bool over() const { return left_s() <= 0 || cancellation_.requested(); }

  // Enough is known of it, or no more is to be had.
  [[nodiscard]] bool done(std::size_t index) const {
    const std::size_t count = sides_[index]->count();
    if (!failures_[index].empty() || count >= request_.most_runs) return true;
    if (count < request_.least_runs) return false;
    if (spent_s_[index] < kLeastSeconds) return false;
    const auto median = stats::median_interval(sides_[index]->runs().wall_ns);
    const double half = (median->high - median->low) / 2;
    if (half <= 0) return false;
    if (!shell_) return half <= kNarrow * median->estimate;
    // No finer than what is taken off is known, either.
    const auto cost = stats::median_interval(shell_->cost().wall_ns);
    const double own_ns = std::max(0.0, median->estimate - cost->estimate);
    return half <= std::max(kNarrow * own_ns, (cost->high - cost->low) / 2);
  }

  // Looking at the median costs n log n: seldom for many runs.
  [[nodiscard]] bool may_look() const { return stage_.rounds < 64 || stage_.rounds % 16 == 0; }

  void measure_rounds() {
    spent_s_.assign(sides_.size(), 0);
    std::vector<std::size_t> active(sides_.size());
    std::iota(active.begin(), active.end(), std::size_t{0});
    while (!active.empty()) {
      const std::size_t total = sides_.size();
      observer_.progress({sides_[active.front()]->spec().name, total - active.size(), total, left_s()});
      measure_round(active);
      if (cancellation_.requested()) throw Interrupted();
      if (may_look() || left_s() <= 0) std::erase_if(active, [&](std::size_t index) { return done(index); });
      const auto least_done = [&](std::size_t i) { return sides_[i]->count() >= request_.least_runs; };
      if (left_s() <= 0 && std::ranges::all_of(active, least_done)) return;
    }
  }

  void measure_round(std::vector<std::size_t>& active) {
    const std::uint32_t round = stage_.rounds++;
    const std::size_t padding = random_padding(random_);
    if (shell_ && shell_->due(round)) shell_->measure();
    shuffle(active, random_);
    for (const std::size_t index : active) {
      const auto begin = Clock::now();
      try {
        if (sides_[index]->count() < request_.most_runs && failures_[index].empty()) {
          sides_[index]->run(round, padding);
        }
      } catch (const Interrupted&) {
        throw;
      } catch (const Error& error) {
        if (sides_[index]->count() == 0) throw;
        failures_[index] = error.what();
      }
      spent_s_[index] += seconds_since(begin);
    }
  }

  void compare(CommandOutcome& outcome) {
    // A command that cannot run at all is a mistake in the request, told before minutes are spent on the others.
    prepare_all();
    CommandSide& reference = *sides_[*request_.reference];
    std::vector<std::unique_ptr<Duel>> duels;
    for (const auto& side : sides_) {
      if (side.get() != &reference) duels.push_back(std::make_unique<CommandDuel>(reference, *side, stage_));
    }
    FamilyOptions options;
    options.error_rate = request_.error_rate;
    options.margin_of = [&](const std::string&) { return request_.threshold; };
    options.max_time_s = request_.max_time_s;
    options.seed = request_.seed;
    options.least_pairs = request_.least_runs;
    options.most_pairs = request_.most_runs;
    outcome.comparison.emplace();
    outcome.comparison->benchmarks = run_family(duels, options, observer_, cancellation_);
    if (cancellation_.requested()) throw Interrupted();
    for (const auto& side : sides_) {
      if (side->count() == 0) throw BadInput(first_failure(*outcome.comparison));
    }
  }

  [[nodiscard]] static std::string first_failure(const model::Comparison& comparison) {
    for (const model::ComparedBenchmark& benchmark : comparison.benchmarks) {
      if (benchmark.verdict == model::Change::failed) return benchmark.reason;
    }
    return "the time was over before every command had run once; --max-time gives it more";
  }

  void tell(CommandOutcome& outcome, const std::string& culprit) {
    model::CommandRuns& runs = outcome.runs;
    runs.complete = !interrupted_;
    runs.settings.input = request_.conditions.input.empty() ? "null" : request_.conditions.input.string();
    runs.settings.output = output_text(request_.commands.front());
    runs.settings.max_time_s = request_.max_time_s;
    runs.settings.seed = request_.seed;
    runs.settings.rss_floor_bytes = own_peak_rss_bytes();
    if (shell_) runs.shell = shell_->cost();
    for (std::size_t i = 0; i < sides_.size(); ++i) {
      const CommandSpec& spec = sides_[i]->spec();
      const bool reference = request_.reference == i || request_.relative_to == i;
      runs.commands.push_back(
          {spec.name, spec.command, spec.parameters, reference, failures_[i], sides_[i]->runs(), {}, {}});
    }
    stats::summarize(runs);
    runs.environment.doubts = host::doubts_of(runs.environment);
    // How perfbench was built, counters that nobody reads and its scratch do not touch a command.
    std::erase_if(runs.environment.doubts, [](const model::Doubt& one) {
      return one.subject == "build" || one.subject == "hardware counters" || one.subject == "scratch";
    });
    runs.doubts = stats::noise_of(runs, culprit);
    if (::isatty(STDOUT_FILENO) == 1 && request_.commands.front().output_to == OutputTo::inherit) {
      runs.doubts.push_back({"output", "what the commands write goes to this terminal, whose speed is measured as well",
                             "leave out --show-output; --command-output pipe reads and drops it"});
    }
    if (!cleanup_failure_.empty()) {
      runs.doubts.push_back({"cleanup", cleanup_failure_, "what it should have removed may still be there"});
    }
    if (outcome.comparison) tell(*outcome.comparison, runs);
  }

  void tell(model::Comparison& comparison, const model::CommandRuns& runs) {
    comparison.started = runs.started;
    comparison.elapsed_s = runs.elapsed_s;
    comparison.complete = runs.complete;
    const CommandSpec& base = sides_[*request_.reference]->spec();
    comparison.base.label = base.name;
    comparison.base.command = base.command;
    for (const auto& side : sides_) {
      if (&side->spec() == &base) continue;
      const bool only = sides_.size() == 2;
      comparison.changed.label = only ? side->spec().name : std::to_string(sides_.size() - 1) + " commands";
      comparison.changed.command = only ? side->spec().command : "";
    }
    comparison.settings.threshold = request_.threshold;
    comparison.settings.error_rate = request_.error_rate;
    comparison.settings.family = "holm";
    comparison.settings.max_time_s = request_.max_time_s;
    comparison.settings.cpu = runs.settings.cpu;
    comparison.environment = runs.environment;
    comparison.doubts = runs.doubts;
  }

  const CommandRequest& request_;
  FamilyObserver& observer_;
  const Cancellation& cancellation_;
  Random random_;
  Clock::time_point begin_ = Clock::now();
  std::vector<std::unique_ptr<CommandSide>> sides_;
  std::vector<std::string> failures_;  // by side
  std::vector<double> spent_s_;        // by side
  std::unique_ptr<ShellGauge> shell_;
  CommandStage stage_;
  std::string cleanup_failure_;
  bool interrupted_ = false;
};

}  // namespace

CommandOutcome measure_commands(const CommandRequest& request, FamilyObserver& observer,
                                const Cancellation& cancellation) {
  return Measurement(request, observer, cancellation).run();
}

}  // namespace perfopt::bench
