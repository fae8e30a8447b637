// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/compare/command_side.hpp"

#include <algorithm>
#include <utility>

#include "perfopt/bench/compare/command_words.hpp"
#include "perfopt/bench/compare/duel.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/stats/paired.hpp"

namespace perfopt::bench {
namespace {

// The cost of a shell is known well enough after so many runs to be looked at seldom.
constexpr std::size_t kOftenAtFirst = 10;
constexpr std::size_t kSeldom = 4;

std::string shell_text(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

}  // namespace

ShellGauge::ShellGauge(std::vector<std::string> shell, const Cancellation& cancellation) : cancellation_(cancellation) {
  cost_.shell = shell_text(shell);
  request_.words = std::move(shell);
  request_.words.insert(request_.words.end(), {"-c", ""});
}

void ShellGauge::measure() {
  const CommandRun run = run_command(request_, cancellation_);
  if (run.end == RunEnd::cancelled) throw Interrupted();
  if (run.end != RunEnd::exited || run.code != 0) {
    throw BadInput("--shell: '" + cost_.shell + " -c' with an empty command " + end_text(run, 0) +
                   "; name another shell, or none (-N)");
  }
  cost_.wall_ns.push_back(run.wall_ns);
  cost_.user_ns.push_back(run.user_ns);
  cost_.system_ns.push_back(run.system_ns);
  cpu_ns_.push_back(run.user_ns + run.system_ns);
}

bool ShellGauge::due(std::size_t round) const {
  return cost_.wall_ns.size() < kOftenAtFirst || round % kSeldom == 0;
}

double ShellGauge::wall_ns() const {
  return cost_.wall_ns.empty() ? 0 : stats::median(cost_.wall_ns);
}

double ShellGauge::cpu_ns() const {
  return cpu_ns_.empty() ? 0 : stats::median(cpu_ns_);
}

CommandSide::CommandSide(CommandSpec spec, const CommandConditions& conditions, const Cancellation& cancellation)
    : spec_(std::move(spec)), conditions_(conditions), cancellation_(cancellation) {
  timed_ = request(spec_.command, "command");
  timed_.input = conditions.input;
  timed_.output_to = spec_.output_to;
  timed_.output = spec_.output;
  timed_.time_limit_s = conditions.time_limit_s;
}

RunRequest CommandSide::request(const std::string& line, const std::string& what) const {
  RunRequest request;
  if (conditions_.shell.empty()) {
    request.words = command_words(line, what);
  } else {
    request.words = conditions_.shell;
    request.words.insert(request.words.end(), {"-c", line});
  }
  if (spec_.output_to == OutputTo::inherit) request.output_to = OutputTo::inherit;
  return request;
}

void CommandSide::run_aside(const std::string& line, const char* what, const Cancellation& cancellation) {
  if (line.empty()) return;
  const CommandRun run = run_command(request(line, what), cancellation);
  if (run.end == RunEnd::cancelled) throw Interrupted();
  if (run.end == RunEnd::exited && run.code == 0) return;
  throw BadInput(std::string(what) + ": '" + line + "' " + end_text(run, 0) + "; end it with '|| true' if that may be");
}

void CommandSide::require_success(const CommandRun& run, const std::string& when) const {
  if (run.end == RunEnd::cancelled) throw Interrupted();
  if (run.end == RunEnd::timed_out) {
    throw BadInput("'" + spec_.name + "' " + end_text(run, conditions_.time_limit_s) + " in " + when +
                   "; --timeout gives it longer");
  }
  if (run.end == RunEnd::exited && run.code == 0) return;
  const bool listed = run.end == RunEnd::exited &&
                      std::ranges::find(conditions_.ignored_codes, run.code) != conditions_.ignored_codes.end();
  if (conditions_.ignore_failures || listed) return;
  throw BadInput("'" + spec_.name + "' " + end_text(run, 0) + " in " + when +
                 "; --show-output shows why, --ignore-failure measures it all the same");
}

void CommandSide::run_untimed(const RunRequest& request, const std::string& when) {
  run_aside(spec_.prepare, "--prepare", cancellation_);
  const CommandRun run = run_command(request, cancellation_);
  conclude();
  require_success(run, when);
}

void CommandSide::prepare() {
  if (prepared_) return;
  prepared_ = true;
  run_aside(spec_.setup, "--setup", cancellation_);
  for (std::size_t i = 0; i < conditions_.warmup; ++i) run_untimed(timed_, "warm-up run " + std::to_string(i + 1));
}

void CommandSide::write_output_to(const std::filesystem::path& file) {
  RunRequest request = timed_;
  request.output_to = OutputTo::file;
  request.output = file;
  run_untimed(request, "the run whose output is compared");
}

const CommandRun& CommandSide::run(std::uint32_t round, std::size_t padding) {
  run_aside(spec_.prepare, "--prepare", cancellation_);
  timed_.variables = {"PERFBENCH_RUN=" + std::to_string(count()), "PERFBENCH_PADDING=" + std::string(padding, 'x')};
  last_ = run_command(timed_, cancellation_);
  conclude();
  require_success(last_, "run " + std::to_string(count() + 1));
  record(round);
  return last_;
}

void CommandSide::record(std::uint32_t round) {
  runs_.wall_ns.push_back(last_.wall_ns);
  runs_.user_ns.push_back(last_.user_ns);
  runs_.system_ns.push_back(last_.system_ns);
  runs_.peak_rss_bytes.push_back(last_.peak_rss_bytes);
  runs_.minor_faults.push_back(last_.minor_faults);
  runs_.major_faults.push_back(last_.major_faults);
  runs_.voluntary_switches.push_back(last_.voluntary_switches);
  runs_.involuntary_switches.push_back(last_.involuntary_switches);
  runs_.exit_codes.push_back(static_cast<std::uint32_t>(last_.shell_code()));
  runs_.round.push_back(round);
}

// What was started is ended, and what was made is removed, also when we are asked to stop.
void CommandSide::conclude() {
  run_aside(spec_.conclude, "--conclude", Cancellation());
}

void CommandSide::clean_up() {
  if (prepared_) run_aside(spec_.cleanup, "--cleanup", Cancellation());
}

}  // namespace perfopt::bench
