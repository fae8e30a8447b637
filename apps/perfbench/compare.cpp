// SPDX-License-Identifier: Apache-2.0
#include "compare.hpp"

#include <unistd.h>

#include <charconv>
#include <sstream>

#include "compare_files.hpp"
#include "compare_programs.hpp"
#include "perfopt/bench/compare/duel.hpp"
#include "perfopt/cli/configuration.hpp"
#include "perfopt/cli/terminal.hpp"
#include "perfopt/core/cancellation.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/temp_dir.hpp"
#include "perfopt/core/units.hpp"
#include "perfopt/host/environment.hpp"
#include "perfopt/store/noise_file.hpp"

namespace perfbench {
namespace {

namespace cli = perfopt::cli;
namespace model = perfopt::model;
using perfopt::BadInput;

constexpr const char* kSides = "What to compare";
constexpr const char* kJudging = "How to judge";
constexpr const char* kMeasuring = "How to measure (--run)";
constexpr const char* kResult = "Results";

constexpr const char* kFooter =
    "EXAMPLES\n"
    "  perfbench compare --run build/old/bench build/new/bench\n"
    "  perfbench compare --run 'old/bench --size=4' 'new/bench --size=4' --filter parse --threshold 1%\n"
    "  perfbench compare --run old/bench new/bench --fail-on slower,missing --junit perf.xml --markdown perf.md\n"
    "  perfbench compare old.json new.json    results that are there already, of perfbench or of another tool\n"
    "  perfbench compare old.json new.json --format html --output change.html    a page to open or send\n"
    "EXIT STATUS\n"
    "  0    done, and what --fail-on names did not happen\n"
    "  1    it did, or a side crashed, hung or gave another output\n"
    "  2    the request or an input is wrong\n"
    "  3    this machine lacks what was demanded\n"
    "  4    a fault of perfbench itself\n"
    "  130  interrupted by Ctrl-C; 143 by SIGTERM: what was decided is told\n";

double parse_rate(const std::string& text) {
  const double rate = perfopt::parse_percent(text, "--error-rate");
  if (rate > 0 && rate <= 0.2) return rate;
  throw BadInput("--error-rate: '" + text + "' is out of range; write 0.1% to 20%");
}

std::vector<std::string> parse_fail_on(const std::string& text) {
  std::vector<std::string> verdicts;
  std::istringstream items(text);
  for (std::string item; std::getline(items, item, ',');) {
    cli::require_choice("--fail-on", item, {"slower", "inconclusive", "missing", "faster", "added", "never"});
    verdicts.push_back(item);
  }
  if (verdicts.empty()) throw BadInput("--fail-on: nothing is named; write slower, or never");
  return verdicts;
}

std::optional<unsigned> parse_cpu(const std::string& text) {
  if (text.empty()) return std::nullopt;
  unsigned cpu = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), cpu);
  if (error == std::errc{} && end == text.data() + text.size()) return cpu;
  throw BadInput("--cpu: '" + text + "' is no number of a CPU");
}

}  // namespace

Compare::Compare(CLI::App& program)
    : Subcommand(program, "compare",
                 "did a change make it slower: yes, no, the same within a margin, or not enough data",
                 kComparisonFormats) {
  common_.has_settings = true;
  common_.format_doc = "form of what is written (json for --output, else console)";
  declare_sides();
  declare_judging();
  declare_measuring();
  outputs_.add_to(app(), kResult);
  share_options();
  app().footer(kFooter);
}

void Compare::declare_sides() {
  app()
      .add_option("BASE", base_, "what was: a program with --run, else a file of results; - for standard input")
      ->type_name("BASE");
  app().add_option("NEW", changed_, "what is to be judged, likewise")->type_name("NEW");
  cli::add_flag(app(), "--run", programs_,
                "both are Google Benchmark programs, with arguments: measure them in turns on one core", kSides);
  cli::add_text_option(app(), "--filter", filter_, "REGEX", "only benchmarks whose name matches", kSides);
}

void Compare::declare_judging() {
  cli::add_text_option(app(), "--threshold", threshold_, "PERCENT",
                       "margin within which two are the same: 2% if neither this nor the configuration says otherwise",
                       kJudging);
  cli::add_text_option(app(), "--error-rate", error_rate_, "PERCENT",
                       "chance that any unchanged benchmark is told apart, however often it is looked at; 1%",
                       kJudging);
  cli::add_text_option(app(), "--family", family_, "holm|bh",
                       "that chance is for all benchmarks together (holm), or for the share of false ones among those "
                       "told apart (bh)",
                       kJudging);
  cli::add_text_option(app(), "--fail-on", fail_on_, "LIST",
                       "verdicts that make the exit code 1: slower, inconclusive, missing, faster, added, never",
                       kJudging);
}

void Compare::declare_measuring() {
  const auto text = [&](const char* name, std::string& into, const char* value, const char* doc) {
    cli::add_text_option(app(), name, into, value, doc, kMeasuring);
  };
  text("--max-time", max_time_, "TIME", "for all benchmarks; 10s for each, at most 5min, if not given");
  text("--timeout", timeout_, "TIME", "longest that one answer of a program may take; 60s");
  text("--metric", metric_, "auto|wall", "auto: CPU time where the body computes, wall time where it waits");
  text("--cpu", cpu_, "N", "the CPU that everything runs on; the last one that may be used if not given");
  cli::add_flag(app(), "--expect-same-output", same_output_,
                "labels and counters named checksum... must be equal before any time counts", kMeasuring);
  cli::add_flag(app(), "--instructions", instructions_,
                "judge instructions as well, by counters or valgrind: a second gate, blind to caches", kMeasuring);
}

model::CompareConfig Compare::margins(const model::EffectiveConfig& config) const {
  model::CompareConfig margins = config.values.compare;
  if (threshold_.empty()) return margins;
  margins.threshold = perfopt::parse_percent(threshold_, "--threshold");
  return margins;
}

model::CompareSettings Compare::settings(const model::CompareConfig& margins) const {
  model::CompareSettings settings;
  settings.threshold = margins.threshold;
  settings.error_rate = parse_rate(error_rate_);
  cli::require_choice("--family", family_, {"holm", "bh"});
  settings.family = family_;
  settings.filter = filter_;
  settings.fail_on = parse_fail_on(fail_on_);
  return settings;
}

int Compare::run() {
  const model::EffectiveConfig config = cli::resolve_config(common_, cli::SettingFlags{}, environ);
  if (common_.print_config) {
    cli::write_output(cli::config_text(config, cli::parse_format(common_.format)));
    return 0;
  }
  if (base_.empty() || changed_.empty()) {
    throw BadInput(
        "name two sides: perfbench compare --run BASE NEW for programs, perfbench compare BASE.json NEW.json");
  }
  require_writable(outputs_, common_);
  return programs_ ? compare_programs(margins(config)) : compare_files(margins(config));
}

int Compare::compare_files(const model::CompareConfig& margins) {
  FileComparisonOptions options;
  options.threshold = margins.threshold;
  options.filter = filter_;
  options.margin_of = [&](const std::string& name) { return margins.margin_of(name); };
  if (const auto profile = perfopt::store::load_noise(perfopt::host::read_environment("/", perfopt::temp_parent()))) {
    options.noise = perfopt::stats::session_noise(*profile);
  }
  FileComparison compared = perfbench::compare_files(base_, changed_, options);
  compared.comparison.settings = settings(margins);
  deliver(compared.comparison, outputs_, common_,
          perfopt::report::ComparedEnvironments{compared.base, compared.changed});
  return exit_code(compared.comparison, 0);
}

int Compare::compare_programs(const model::CompareConfig& margins) {
  ProgramComparison request;
  request.base = base_;
  request.changed = changed_;
  request.margins = margins;
  request.settings = settings(margins);
  request.settings.cpu = parse_cpu(cpu_);
  if (!max_time_.empty()) request.settings.max_time_s = perfopt::parse_duration_s(max_time_, "--max-time");
  request.timeout_s = perfopt::parse_duration_s(timeout_, "--timeout");
  cli::require_choice("--metric", metric_, {"auto", "wall"});
  request.metric = metric_ == "auto" ? "" : metric_;
  request.expect_same_output = same_output_;
  request.instructions = instructions_;
  request.dry_run = common_.dry_run;
  perfopt::Cancellation cancellation;
  const perfopt::SignalGuard guard(cancellation);
  try {
    const model::Comparison comparison = perfbench::compare_programs(request, common_, cancellation);
    if (common_.dry_run) return 0;
    deliver(comparison, outputs_, common_);
    return exit_code(comparison, perfopt::SignalGuard::received());
  } catch (const perfopt::bench::Interrupted&) {
    return 128 + perfopt::SignalGuard::received();  // before anything was measured
  }
}

}  // namespace perfbench
