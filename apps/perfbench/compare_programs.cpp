// SPDX-License-Identifier: Apache-2.0
#include "compare_programs.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "perfopt/bench/compare/duel.hpp"
#include "perfopt/bench/compare/instructions.hpp"
#include "perfopt/bench/compare/plain_duel.hpp"
#include "perfopt/bench/compare/program.hpp"
#include "perfopt/bench/compare/sliced_duel.hpp"
#include "perfopt/bench/placement.hpp"
#include "perfopt/cli/progress.hpp"
#include "perfopt/cli/terminal.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/pattern.hpp"
#include "perfopt/core/temp_dir.hpp"
#include "perfopt/core/timestamp.hpp"
#include "perfopt/host/environment.hpp"
#include "perfopt/report/comparison_text.hpp"

namespace perfbench {
namespace {

namespace bench = perfopt::bench;
namespace cli = perfopt::cli;
namespace model = perfopt::model;
namespace report = perfopt::report;
using perfopt::BadInput;

constexpr double kSecondsEach = 10;
constexpr double kSecondsAtMost = 300;

class Watcher final : public bench::FamilyObserver {
 public:
  explicit Watcher(const cli::CommonOptions& common) : quiet_(common.quiet), line_(common.quiet) {
    text_.color = cli::use_color(cli::parse_color(common.color), STDERR_FILENO);
    text_.width = cli::terminal_width(STDERR_FILENO);
  }
  void progress(const bench::FamilyProgress& progress) override {
    line_.show(progress.running, progress.decided, progress.total, progress.left_s);
  }
  void decided(const model::ComparedBenchmark& benchmark, std::size_t done, std::size_t total) override {
    if (!quiet_) line_.print(report::benchmark_line(benchmark, done, total, text_));
  }
  void counting(const std::string& name) { line_.show("instructions of " + name, 0, 1, 0); }
  void clear() { line_.clear(); }

 private:
  bool quiet_;
  cli::ProgressLine line_;
  report::ComparisonTextOptions text_;
};

bool has(const bench::Program& program, const std::string& name) {
  return std::ranges::find(program.names, name) != program.names.end();
}

// Names by where they are, in the order of the changed side, those of the base alone last.
struct Names {
  std::vector<std::string> common, added, missing;
};

Names match(const bench::Program& base, const bench::Program& changed, const std::string& filter) {
  const perfopt::Pattern chosen(filter, "--filter");
  Names names;
  for (const std::string& name : changed.names) {
    if (chosen.found_in(name)) (has(base, name) ? names.common : names.added).push_back(name);
  }
  for (const std::string& name : base.names) {
    if (chosen.found_in(name) && !has(changed, name)) names.missing.push_back(name);
  }
  if (!names.common.empty()) return names;
  throw BadInput(filter.empty() ? "the two programs have no benchmark in common"
                                : "--filter: no benchmark that both have matches '" + filter + "'");
}

model::ComparedBenchmark alone(const std::string& name, model::Change verdict) {
  model::ComparedBenchmark benchmark;
  benchmark.name = name;
  benchmark.verdict = verdict;
  benchmark.reason = verdict == model::Change::missing ? "only the base has it" : "only the changed side has it";
  return benchmark;
}

model::ComparedSide side_of(const bench::Program& program, const std::string& command) {
  model::ComparedSide side;
  side.label = program.side == "base" ? "base" : "changed";
  side.command = command;
  side.digest = program.digest;
  side.tool = program.sliceable ? "google-benchmark, in slices" : "google-benchmark";
  return side;
}

std::vector<model::Doubt> doubts_of(const bench::Program& base, const bench::Program& changed,
                                    const std::optional<unsigned>& cpu) {
  std::vector<model::Doubt> doubts;
  if (base.digest == changed.digest && base.words == changed.words) {
    doubts.push_back({"programs", "both sides are the same program", "name the two builds that are to be compared"});
  }
  if (!base.sliceable || !changed.sliceable) {
    const std::string which = base.sliceable ? "the changed side is" : changed.sliceable ? "the base is" : "they are";
    doubts.push_back({"programs", which + " not linked with Perfopt::benchmark_main: measured by whole runs",
                      "link it instead of benchmark::benchmark_main; verdicts then take a tenth of the time"});
  }
  if (!cpu) {
    doubts.push_back({"placement", "this machine does not let us choose a CPU", "allow sched_setaffinity"});
  }
  return doubts;
}

void require_slices_to_count(const bench::Program& base, const bench::Program& changed) {
  if (base.sliceable && changed.sliceable) return;
  throw perfopt::Unavailable(
      "--instructions: only programs that are linked with Perfopt::benchmark_main can be counted; link it on both "
      "sides");
}

// The second gate, for those that were measured.
void count_instructions(const bench::Program& base, const bench::Program& changed, Watcher& watcher,
                        const perfopt::Cancellation& cancellation, model::Comparison& comparison) {
  for (model::ComparedBenchmark& benchmark : comparison.benchmarks) {
    if (benchmark.verdict == model::Change::failed || cancellation.requested()) continue;
    watcher.counting(benchmark.name);
    benchmark.metrics.push_back(
        bench::compare_instructions(base, changed, benchmark.name, benchmark.name, benchmark.margin));
    const std::string& why = benchmark.metrics.back().skipped_reason;
    if (!why.empty()) comparison.doubts.push_back({"instructions", benchmark.name + ": not counted: " + why, ""});
  }
}

std::vector<std::unique_ptr<bench::Duel>> make_duels(const bench::Program& base, const bench::Program& changed,
                                                     const std::vector<std::string>& names,
                                                     const bench::DuelOptions& options) {
  const bool sliced = base.sliceable && changed.sliceable;
  std::vector<std::unique_ptr<bench::Duel>> duels;
  for (const std::string& name : names) {
    duels.push_back(sliced ? bench::make_sliced_duel(base, changed, name, name, options)
                           : bench::make_plain_duel(base, changed, name, name, options));
  }
  return duels;
}

bench::FamilyOptions family_options(const ProgramComparison& request, const model::CompareSettings& settings) {
  bench::FamilyOptions options;
  options.error_rate = settings.error_rate;
  options.false_discovery = settings.family == "bh";
  options.margin_of = [&](const std::string& name) { return request.margins.margin_of(name); };
  options.max_time_s = settings.max_time_s;
  options.seed = bench::random_seed();
  return options;
}

void tell_plan(const Names& names, const model::CompareSettings& settings) {
  std::string text;
  for (const std::string& name : names.common) text += cli::one_line(name) + "\n";
  for (const std::string& name : names.added) text += cli::one_line(name) + "  (added)\n";
  for (const std::string& name : names.missing) text += cli::one_line(name) + "  (missing)\n";
  cli::write_output(text + std::to_string(names.common.size()) + " to measure in at most " +
                    std::to_string(static_cast<int>(settings.max_time_s)) + " s\n");
}

}  // namespace

model::Comparison compare_programs(const ProgramComparison& request, const cli::CommonOptions& common,
                                   const perfopt::Cancellation& cancellation) {
  const bench::OneCpu placed(request.settings.cpu);
  if (request.settings.cpu && !placed.cpu()) {
    throw BadInput("--cpu: " + std::to_string(*request.settings.cpu) + " is no CPU that this process may use");
  }
  const auto begin = std::chrono::steady_clock::now();
  perfopt::remove_stale("perfbench");  // of runs that were killed
  const bench::Program base = bench::open_program("base", request.base, request.timeout_s, &cancellation);
  const bench::Program changed = bench::open_program("changed side", request.changed, request.timeout_s, &cancellation);
  if (request.instructions) require_slices_to_count(base, changed);
  const Names names = match(base, changed, request.settings.filter);
  model::Comparison comparison;
  comparison.started = perfopt::utc_text(perfopt::utc_now_s());
  comparison.base = side_of(base, request.base);
  comparison.changed = side_of(changed, request.changed);
  comparison.settings = request.settings;
  comparison.settings.cpu = placed.cpu();
  double& max_time_s = comparison.settings.max_time_s;
  if (max_time_s <= 0) max_time_s = std::min(kSecondsEach * static_cast<double>(names.common.size()), kSecondsAtMost);
  if (request.dry_run) {
    tell_plan(names, comparison.settings);
    return comparison;
  }
  comparison.environment = perfopt::host::read_environment("/", perfopt::temp_parent());
  comparison.doubts = doubts_of(base, changed, placed.cpu());
  const auto duels = make_duels(base, changed, names.common, {request.expect_same_output, request.metric});
  Watcher watcher(common);
  comparison.benchmarks = bench::run_family(duels, family_options(request, comparison.settings), watcher, cancellation);
  if (request.instructions) count_instructions(base, changed, watcher, cancellation, comparison);
  watcher.clear();
  for (const std::string& name : names.added) comparison.benchmarks.push_back(alone(name, model::Change::added));
  for (const std::string& name : names.missing) comparison.benchmarks.push_back(alone(name, model::Change::missing));
  comparison.complete = !cancellation.requested();
  comparison.elapsed_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return comparison;
}

}  // namespace perfbench
