// SPDX-License-Identifier: Apache-2.0
#include "command_options.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <string_view>
#include <system_error>

#include "perfopt/bench/compare/command_sweep.hpp"
#include "perfopt/bench/compare/command_words.hpp"
#include "perfopt/cli/options.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/units.hpp"

namespace perfbench {
namespace {

using perfopt::BadInput;
namespace bench = perfopt::bench;
namespace cli = perfopt::cli;
namespace model = perfopt::model;
namespace report = perfopt::report;

constexpr const char* kCommands = "What to measure";
constexpr const char* kSweep = "Parameters";
constexpr const char* kRuns = "How to measure";
constexpr const char* kVerdict = "Verdicts";
constexpr const char* kResult = "Results";

constexpr std::size_t kDefaultLeastRuns = 10;
constexpr double kSecondsPerCommand = 10;
constexpr double kDefaultTimeoutS = 300;
constexpr std::uint64_t kMostRuns = 1'000'000;

// Each occurrence takes `words` words, whatever they start with.
void add_words(CLI::App& app, const std::string& names, std::vector<std::string>& into, int words, const char* value,
               const char* doc, const char* group) {
  app.add_option(names, into, doc)
      ->type_name(value)
      ->type_size(words)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->group(group);
}

void add_commands(CLI::App& app, CommandOptions& o) {
  app.add_option("commands", o.commands, "commands to measure; two or more are compared with the first")
      ->type_name("COMMAND")
      ->group(kCommands);
  add_words(app, "-n,--command-name", o.names, 1, "NAME", "name of a command in all that is shown; once for each",
            kCommands);
  cli::add_text_option(app, "--reference", o.reference, "COMMAND", "compare the others with this one", kCommands);
  cli::add_text_option(app, "--reference-name", o.reference_name, "NAME", "its name", kCommands);
  cli::add_text_option(app, "-s,--setup", o.setup, "COMMAND", "once before the runs of each command", kCommands);
  add_words(app, "-p,--prepare", o.prepare, 1, "COMMAND",
            "before each run, untimed; once for all commands, or one for each", kCommands);
  add_words(app, "-C,--conclude", o.conclude, 1, "COMMAND", "after each run, likewise", kCommands);
  cli::add_text_option(app, "-c,--cleanup", o.cleanup, "COMMAND", "once after all runs of each command", kCommands);
  cli::add_text_option(app, "--input", o.input, "FILE", "standard input of the commands; null, if not given, is empty",
                       kCommands);
  add_words(app, "--command-output", o.command_output, 1, "WHERE",
            "null, pipe (read and dropped), inherit, or a file; hyperfine's --output", kCommands);
  cli::add_flag(app, "--show-output", o.show_output, "as --command-output inherit", kCommands);
  cli::add_text_option(app, "-S,--shell", o.shell, "SHELL",
                       "run commands by SHELL -c, its cost measured and taken off; default (sh) or none", kCommands);
  cli::add_flag(app, "-N", o.no_shell, "no shell: the command is cut into words; for commands below 5 ms", kCommands);
  app.add_flag("-i{all},--ignore-failure{all}", o.ignore_failure,
               "measure commands that fail as well; =1,2: those exit codes alone")
      ->group(kCommands);
}

void add_sweep(CLI::App& app, CommandOptions& o) {
  add_words(app, "-P,--parameter-scan", o.scans, 3, "VAR MIN MAX", "every number from MIN to MAX in place of {VAR}",
            kSweep);
  add_words(app, "-D,--parameter-step-size", o.steps, 1, "DELTA", "in such steps; one for each -P, in their order",
            kSweep);
  add_words(app, "-L,--parameter-list", o.lists, 2, "VAR VALUES",
            "every one of the VALUES, separated by commas, in place of {VAR}", kSweep);
}

void add_runs(CLI::App& app, CommandOptions& o) {
  const auto text = [&](const char* names, std::string& into, const char* value, const char* doc) {
    cli::add_text_option(app, names, into, value, doc, kRuns);
  };
  text("-w,--warmup", o.warmup, "N", "untimed runs of each command before the others");
  text("-m,--min-runs", o.min_runs, "N", "at least so many runs of each command (10)");
  text("-M,--max-runs", o.max_runs, "N", "at most so many");
  text("-r,--runs", o.runs, "N", "exactly so many");
  text("--max-time", o.max_time, "TIME", "go on at most so long, once --min-runs is reached (10s a command)");
  text("--timeout", o.timeout, "TIME", "a run that takes longer is stopped and has failed (5min)");
  text("--cpu", o.cpu, "all|N", "CPU that everything is pinned to, or all; the last one if not given");
  text("--seed", o.seed, "N", "of the random orders; from the system if not given");
}

void add_verdicts(CLI::App& app, CommandOptions& o) {
  const auto text = [&](const char* names, std::string& into, const char* value, const char* doc) {
    cli::add_text_option(app, names, into, value, doc, kVerdict);
  };
  text("--threshold", o.threshold, "SHARE", "changes up to this are the same: 2%, 0.02 (2%)");
  text("--metric", o.metric, "auto|wall|cpu", "auto: CPU time where the command computes, else wall time");
  text("--fail-on", o.fail_on, "slower|inconclusive", "exit with 1 for such a verdict; several by commas");
  cli::add_flag(app, "--expect-same-output", o.same_output, "refuse commands that write something else to stdout",
                kVerdict);
}

void add_results(CLI::App& app, CommandOptions& o) {
  const auto text = [&](const char* names, std::string& into, const char* value, const char* doc) {
    cli::add_text_option(app, names, into, value, doc, kResult);
  };
  text("--export-json", o.export_json, "FILE", "in hyperfine's form");
  text("--export-csv", o.export_csv, "FILE", "likewise");
  text("--export-markdown", o.export_markdown, "FILE", "likewise");
  text("--export-asciidoc", o.export_asciidoc, "FILE", "likewise");
  text("--export-orgmode", o.export_orgmode, "FILE", "likewise");
  text("--export-benchstat", o.export_benchstat, "FILE", "every run as a line that benchstat reads");
  text("-u,--time-unit", o.time_unit, "microsecond|millisecond|second", "of tables; what fits if not given");
  text("--sort", o.sort, "auto|command|mean-time", "order of tables; auto: relative speeds by time");
  text("--style", o.style, "auto|basic|full|nocolor|color|none", "basic: no colour, no progress; none: show nothing");
}

std::uint64_t count_of(const std::string& text, const char* flag, std::uint64_t least) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || at != end || value < least || value > kMostRuns) {
    throw BadInput(std::string(flag) + ": '" + text + "' is no whole number from " + std::to_string(least) + " to " +
                   std::to_string(kMostRuns));
  }
  return value;
}

std::uint64_t seed_of(const std::string& text) {
  if (text.empty()) return bench::random_seed();
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || at != end) throw BadInput("--seed: '" + text + "' is no whole number");
  return value;
}

double threshold_of(const std::string& text) {
  const bool percent = text.ends_with('%');
  const std::string number = text.substr(0, text.size() - (percent ? 1 : 0));
  double value = 0;
  const char* end = number.data() + number.size();
  const auto [at, error] = std::from_chars(number.data(), end, value);
  if (percent) value /= 100;
  if (error != std::errc() || at != end || !std::isfinite(value) || value < 0 || value >= 1) {
    throw BadInput("--threshold: '" + text + "' is no share from 0 to below 1; write 2% or 0.02");
  }
  return value;
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  for (std::string_view rest = text;;) {
    const auto comma = rest.find(',');
    parts.emplace_back(rest.substr(0, comma));
    if (comma == std::string_view::npos) return parts;
    rest.remove_prefix(comma + 1);
  }
}

std::vector<bench::Sweep> sweeps_of(const CommandOptions& o) {
  std::vector<bench::Sweep> sweeps;
  const std::size_t scans = o.scans.size() / 3;
  if (o.steps.size() > scans) throw BadInput("--parameter-step-size needs a --parameter-scan of its own");
  for (std::size_t i = 0; i < scans; ++i) {
    const std::string step = i < o.steps.size() ? o.steps[i] : "1";
    sweeps.push_back(bench::scan_sweep(o.scans[3 * i], o.scans[3 * i + 1], o.scans[3 * i + 2], step));
  }
  for (std::size_t i = 0; i + 1 < o.lists.size(); i += 2)
    sweeps.push_back(bench::list_sweep(o.lists[i], o.lists[i + 1]));
  return sweeps;
}

// What a flag says that is given once for all, once for each command, or once for each of all combinations.
const std::string& chosen(const std::vector<std::string>& given, const char* flag, std::size_t command,
                          std::size_t commands, std::size_t index, std::size_t total) {
  static const std::string kNone;
  if (given.empty()) return kNone;
  if (given.size() == 1) return given.front();
  if (given.size() == total) return given[index];
  if (given.size() == commands) return given[command];
  throw BadInput(std::string(flag) + " is given " + std::to_string(given.size()) + " times for " +
                 std::to_string(commands) + " commands; give it once, or once for each");
}

void set_output(const std::string& where, bench::CommandSpec& spec) {
  if (where.empty() || where == "null") return;
  if (where == "pipe") {
    spec.output_to = bench::OutputTo::pipe;
  } else if (where == "inherit") {
    spec.output_to = bench::OutputTo::inherit;
  } else {
    spec.output_to = bench::OutputTo::file;
    spec.output = where;
  }
}

// The commands with every combination of parameters, the reference first.
class Specs {
 public:
  explicit Specs(const CommandOptions& options) : o_(options), combinations_(bench::combinations(sweeps_of(options))) {
    commands_ = o_.commands.size() + (o_.reference.empty() ? 0 : 1);
    total_ = o_.commands.size() * combinations_.size() + (o_.reference.empty() ? 0 : 1);
    if (total_ > bench::kMostCombinations) throw BadInput("too many commands: " + std::to_string(total_));
  }

  std::vector<bench::CommandSpec> all() {
    const std::size_t swept = o_.commands.size() * combinations_.size();
    const bool one_for_all = o_.sweeps() && o_.names.size() == 1;
    const bool fits = o_.sweeps() ? o_.names.size() == swept : o_.names.size() <= swept;
    if (!o_.names.empty() && !fits && !one_for_all) {
      throw BadInput("--command-name is given " + std::to_string(o_.names.size()) + " times for " +
                     std::to_string(swept) + " commands");
    }
    if (!o_.reference.empty()) add(o_.reference, o_.reference_name, {});
    std::size_t index = 0;
    for (const auto& parameters : combinations_) {
      for (const std::string& command : o_.commands) {
        const std::size_t name = one_for_all ? 0 : index++;
        add(command, name < o_.names.size() ? o_.names[name] : "", parameters);
      }
    }
    return std::move(specs_);
  }

 private:
  void add(const std::string& command, const std::string& name,
           const std::vector<model::CommandParameter>& parameters) {
    const std::size_t index = specs_.size();
    const std::size_t own = index % commands_;
    const auto replaced = [&](const std::string& text) { return bench::substituted(text, parameters); };
    bench::CommandSpec spec;
    spec.command = replaced(command);
    spec.name = replaced(name.empty() ? command : name);
    spec.parameters = parameters;
    spec.setup = replaced(o_.setup);
    spec.cleanup = replaced(o_.cleanup);
    spec.prepare = replaced(chosen(o_.prepare, "--prepare", own, commands_, index, total_));
    spec.conclude = replaced(chosen(o_.conclude, "--conclude", own, commands_, index, total_));
    set_output(o_.show_output ? "inherit"
                              : replaced(chosen(o_.command_output, "--command-output", own, commands_, index, total_)),
               spec);
    // A parameter that only --setup knows must still tell the rows apart.
    const bool taken = std::ranges::any_of(specs_, [&](const auto& one) { return one.name == spec.name; });
    if (taken && !parameters.empty()) spec.name += " (" + bench::parameters_text(parameters) + ")";
    specs_.push_back(std::move(spec));
  }

  const CommandOptions& o_;
  std::vector<std::vector<model::CommandParameter>> combinations_;
  std::size_t commands_ = 0, total_ = 0;
  std::vector<bench::CommandSpec> specs_;
};

void require_consistent(const CommandOptions& o) {
  if (o.commands.empty()) throw BadInput("no command is given; write each as one word: perfbench command 'sort FILE'");
  for (const std::string& command : o.commands) {
    if (command.empty()) throw BadInput("a command is empty");
  }
  if (!o.runs.empty() && (!o.min_runs.empty() || !o.max_runs.empty())) {
    throw BadInput("--runs contradicts --min-runs and --max-runs; give it alone");
  }
  if (!o.reference_name.empty() && o.reference.empty()) throw BadInput("--reference-name needs --reference");
  if (o.no_shell && !o.shell.empty()) throw BadInput("-N and --shell contradict; give one of them");
  if (o.show_output && !o.command_output.empty()) {
    throw BadInput("--show-output and --command-output contradict; give one of them");
  }
  if (o.sweeps() && !o.fail_on.empty()) {
    throw BadInput("--fail-on needs two commands and no parameters: a sweep has no verdicts");
  }
}

void take_runs(const CommandOptions& o, bench::CommandRequest& request) {
  if (!o.warmup.empty()) request.conditions.warmup = count_of(o.warmup, "--warmup", 0);
  request.least_runs = kDefaultLeastRuns;
  if (!o.max_runs.empty()) request.most_runs = count_of(o.max_runs, "--max-runs", 1);
  if (!o.min_runs.empty()) request.least_runs = count_of(o.min_runs, "--min-runs", 1);
  if (!o.runs.empty()) request.least_runs = request.most_runs = count_of(o.runs, "--runs", 1);
  if (request.least_runs > request.most_runs && !o.min_runs.empty()) {
    throw BadInput("--min-runs is above --max-runs");
  }
  request.least_runs = std::min(request.least_runs, request.most_runs);
  const auto commands = static_cast<double>(request.commands.size());
  request.max_time_s =
      o.max_time.empty() ? kSecondsPerCommand * commands : perfopt::parse_duration_s(o.max_time, "--max-time");
  // All the runs that were asked for.
  if (!o.runs.empty() && o.max_time.empty()) request.max_time_s = std::numeric_limits<double>::infinity();
}

void take_conditions(const CommandOptions& o, bench::CommandRequest& request) {
  bench::CommandConditions& conditions = request.conditions;
  if (o.no_shell || o.shell == "none") conditions.shell.clear();
  if (!o.shell.empty() && o.shell != "default" && o.shell != "none") {
    conditions.shell = bench::command_words(o.shell, "--shell");
  }
  if (!o.input.empty() && o.input != "null") conditions.input = o.input;
  conditions.time_limit_s = o.timeout.empty() ? kDefaultTimeoutS : perfopt::parse_duration_s(o.timeout, "--timeout");
  const std::string& ignored = o.ignore_failure;
  conditions.ignore_failures = ignored == "all" || ignored == "all-non-zero";
  if (ignored.empty() || conditions.ignore_failures) return;
  for (const std::string& code : split(ignored)) {
    constexpr std::uint64_t kMostCode = 255;
    const std::uint64_t value = count_of(code, "--ignore-failure", 0);
    if (value > kMostCode) throw BadInput("--ignore-failure: " + code + " is no exit code");
    conditions.ignored_codes.push_back(static_cast<int>(value));
  }
}

void take_verdicts(const CommandOptions& o, bench::CommandRequest& request) {
  if (!o.threshold.empty()) request.threshold = threshold_of(o.threshold);
  if (!o.metric.empty()) {
    cli::require_choice("--metric", o.metric, {"auto", "wall", "cpu"});
    if (o.metric == "wall") request.metric = bench::CommandMetric::wall;
    if (o.metric == "cpu") request.metric = bench::CommandMetric::cpu;
  }
  for (const std::string& condition : o.fail_conditions()) {
    cli::require_choice("--fail-on", condition, {"slower", "inconclusive"});
  }
  request.same_output = o.same_output;
  request.pinned = o.cpu != "all";
  if (!o.cpu.empty() && request.pinned) request.cpu = static_cast<unsigned>(count_of(o.cpu, "--cpu", 0));
  request.seed = seed_of(o.seed);
  const bool several = request.commands.size() > 1;
  if (several && !o.sweeps()) request.reference = 0;
  if (several && !o.reference.empty()) request.relative_to = 0;
  if (!several && !o.fail_on.empty()) throw BadInput("--fail-on needs two commands: one alone has no verdict");
  if (!several && o.same_output) throw BadInput("--expect-same-output needs two commands");
}

}  // namespace

std::vector<std::string> CommandOptions::fail_conditions() const {
  return fail_on.empty() ? std::vector<std::string>() : split(fail_on);
}

void add_options(CLI::App& app, CommandOptions& options) {
  add_commands(app, options);
  add_sweep(app, options);
  add_runs(app, options);
  add_verdicts(app, options);
  add_results(app, options);
}

bench::CommandRequest command_request(const CommandOptions& options) {
  require_consistent(options);
  bench::CommandRequest request;
  request.commands = Specs(options).all();
  take_runs(options, request);
  take_conditions(options, request);
  take_verdicts(options, request);
  return request;
}

report::CommandTextOptions text_options(const CommandOptions& options) {
  report::CommandTextOptions text;
  const auto index = [](const char* flag, const std::string& value, const std::vector<std::string_view>& choices) {
    if (value.empty()) return std::ptrdiff_t{0};
    cli::require_choice(flag, value, choices);
    return std::ranges::find(choices, value) - choices.begin();
  };
  text.order = static_cast<report::CommandOrder>(index("--sort", options.sort, {"auto", "command", "mean-time"}));
  text.unit = static_cast<report::TimeUnit>(
      index("--time-unit", options.time_unit, {"auto", "microsecond", "millisecond", "second"}));
  if (!options.style.empty()) {
    cli::require_choice("--style", options.style, {"auto", "basic", "full", "nocolor", "color", "none"});
  }
  return text;
}

}  // namespace perfbench
