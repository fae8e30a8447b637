// SPDX-License-Identifier: Apache-2.0
#include "command.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "perfopt/cli/progress.hpp"
#include "perfopt/cli/terminal.hpp"
#include "perfopt/core/cancellation.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/model/command_runs_json.hpp"
#include "perfopt/model/comparison_json.hpp"
#include "perfopt/report/command_text.hpp"
#include "perfopt/report/comparison_text.hpp"
#include "perfopt/store/suite_file.hpp"

namespace perfbench {
namespace {

namespace bench = perfopt::bench;
namespace cli = perfopt::cli;
namespace model = perfopt::model;
namespace report = perfopt::report;
namespace store = perfopt::store;

constexpr const char* kFooter =
    "EXAMPLES\n"
    "  perfbench command 'sort big.txt'\n"
    "  perfbench command './old in.dat' './new in.dat' --expect-same-output --fail-on slower\n"
    "  perfbench command -N -w 3 -p 'rm -f out' 'cp in out' 'ln in out'\n"
    "  perfbench command -P threads 1 8 'make -j {threads}' -p 'make clean' --cpu all\n"
    "  perfbench command -L compiler gcc,clang -L level 0,2 '{compiler} -O{level} a.c' --export-markdown table.md\n"
    "EXIT STATUS\n"
    "  0    done; also for a slower command unless --fail-on slower is given\n"
    "  1    done, and --fail-on says so, a command failed in the midst of its runs, or outputs differ\n"
    "  2    the request is wrong, or a command fails in its first run\n"
    "  3    a program or the CPU of --cpu is not here\n"
    "  4    a fault of perfbench itself\n"
    "  130  interrupted by Ctrl-C; 143 by SIGTERM: what was finished is shown and written\n";

class Watcher final : public bench::FamilyObserver {
 public:
  explicit Watcher(bool quiet) : line_(quiet) {}
  void progress(const bench::FamilyProgress& progress) override {
    line_.show(progress.running, progress.decided, progress.total, progress.left_s);
  }
  void clear() { line_.clear(); }

 private:
  cli::ProgressLine line_;
};

const std::array<std::pair<const char*, report::ComparisonFormat>, 5> kComparisonFormats{{
    {"markdown", report::ComparisonFormat::markdown},
    {"csv", report::ComparisonFormat::csv},
    {"junit", report::ComparisonFormat::junit},
    {"github", report::ComparisonFormat::github},
    {"sarif", report::ComparisonFormat::sarif},
}};

}  // namespace

CommandJob::CommandJob(CLI::App& program)
    : Subcommand(program, "command", "measure whole commands: one, a sweep over parameters, or each against the first",
                 "console|json|markdown|csv|junit|github|sarif") {
  add_options(app(), options_);
  share_options();
  app().footer(kFooter);
}

bool CommandJob::colored(int fd) const {
  const std::string& style = options_.style;
  if (!common().color.empty() && common().color != "auto") return cli::use_color(cli::parse_color(common().color), fd);
  if (style == "full" || style == "color") return true;
  if (style == "basic" || style == "nocolor") return false;
  return cli::use_color(cli::parse_color(common().color), fd);
}

// Found out now, not after minutes of measuring.
void CommandJob::require_places() const {
  for (const std::string* file :
       {&common().output, &options_.export_json, &options_.export_csv, &options_.export_markdown,
        &options_.export_asciidoc, &options_.export_orgmode, &options_.export_benchstat}) {
    if (cli::to_file(*file)) store::require_writable(*file);
  }
}

void CommandJob::export_all(const bench::CommandOutcome& outcome) const {
  const report::CommandTextOptions text = text_options(options_);
  const auto write = [](const std::string& file, const std::string& content) {
    if (file == "-") return cli::write_output(content);
    perfopt::write_atomically(file, content);
  };
  if (!options_.export_json.empty()) write(options_.export_json, model::hyperfine_json_text(outcome.runs));
  const std::array<std::pair<const std::string*, report::CommandExport>, 5> exports{{
      {&options_.export_csv, report::CommandExport::csv},
      {&options_.export_markdown, report::CommandExport::markdown},
      {&options_.export_asciidoc, report::CommandExport::asciidoc},
      {&options_.export_orgmode, report::CommandExport::orgmode},
      {&options_.export_benchstat, report::CommandExport::benchstat},
  }};
  for (const auto& [file, form] : exports) {
    if (!file->empty()) write(*file, report::command_export(outcome.runs, form, text));
  }
}

std::string CommandJob::render(const bench::CommandOutcome& outcome, const std::string& format, int fd) const {
  if (format == "json") {
    return outcome.comparison ? model::to_json_text(*outcome.comparison) : model::to_json_text(outcome.runs);
  }
  report::CommandTextOptions text = text_options(options_);
  text.color = fd >= 0 && colored(fd);
  text.width = cli::terminal_width(fd);
  if (!outcome.comparison) {
    if (format == "csv") return report::command_export(outcome.runs, report::CommandExport::csv, text);
    if (format == "markdown") return report::command_export(outcome.runs, report::CommandExport::markdown, text);
    return report::command_text(outcome.runs, text);
  }
  report::ComparisonTextOptions options;
  options.color = text.color;
  options.width = text.width;
  options.verbose = common().verbose;
  const auto* const form = std::ranges::find(kComparisonFormats, format, [](const auto& one) { return one.first; });
  if (form != kComparisonFormats.end()) {
    options.format = form->second;
    return report::comparison_text(*outcome.comparison, options);
  }
  return report::comparison_text(*outcome.comparison, options) + "\n" + report::command_table(outcome.runs, text);
}

// The answer is shown even when a file cannot be written: it may have taken minutes.
void CommandJob::write_and_show(const bench::CommandOutcome& outcome) const {
  const std::string& output = common().output;
  const std::string format = common().format.empty() && !output.empty() ? "json" : common().format;
  std::exception_ptr failure;
  try {
    if (cli::to_file(output)) perfopt::write_atomically(output, render(outcome, format, -1));
    export_all(outcome);
  } catch (const std::exception&) {
    failure = std::current_exception();
  }
  const bool to_console = !cli::to_file(output);
  if (to_console && (!silent() || output == "-")) {
    const std::string text = render(outcome, format, STDOUT_FILENO);
    format.empty() || format == "console" ? cli::write_console(text) : cli::write_output(text);
  }
  if (!to_console && !silent() && !common().quiet) cli::write_console(render(outcome, "", STDOUT_FILENO));
  if (failure) std::rethrow_exception(failure);
}

int CommandJob::exit_code(const bench::CommandOutcome& outcome) const {
  constexpr int kBad = static_cast<int>(perfopt::ExitCode::bad_answer);
  const auto failed = [](const model::MeasuredCommand& one) { return !one.failure.empty(); };
  if (std::ranges::any_of(outcome.runs.commands, failed)) return kBad;
  if (!outcome.comparison) return static_cast<int>(perfopt::ExitCode::ok);
  const std::vector<std::string> conditions = options_.fail_conditions();
  const auto asked = [&](const char* name) { return std::ranges::find(conditions, name) != conditions.end(); };
  for (const model::ComparedBenchmark& one : outcome.comparison->benchmarks) {
    if (one.verdict == model::Change::failed) return kBad;
    if (one.verdict == model::Change::slower && asked("slower")) return kBad;
    if (one.verdict == model::Change::inconclusive && asked("inconclusive")) return kBad;
  }
  return static_cast<int>(perfopt::ExitCode::ok);
}

int CommandJob::run() {
  if (!common().format.empty()) {
    cli::require_choice("--format", common().format,
                        {"console", "json", "markdown", "csv", "junit", "github", "sarif"});
  }
  (void)cli::parse_color(common().color);
  (void)text_options(options_);
  const bench::CommandRequest request = command_request(options_);
  const bool only_compared = common().format == "junit" || common().format == "github" || common().format == "sarif";
  if (only_compared && !request.reference) {
    throw perfopt::BadInput("--format " + common().format + " tells verdicts; give two commands and no parameters");
  }
  if (common().dry_run) {
    std::string text;
    for (const bench::CommandSpec& spec : request.commands) text += cli::one_line(spec.command) + "\n";
    cli::write_output(text);
    return static_cast<int>(perfopt::ExitCode::ok);
  }
  require_places();
  const bool shows = request.commands.front().output_to == bench::OutputTo::inherit;
  Watcher watcher(common().quiet || shows || silent() || options_.style == "basic" || options_.style == "color");
  perfopt::Cancellation cancellation;
  const perfopt::SignalGuard guard(cancellation);
  bench::CommandOutcome outcome = bench::measure_commands(request, watcher, cancellation);
  watcher.clear();
  if (outcome.comparison) {
    auto& fail_on = outcome.comparison->settings.fail_on;
    fail_on = options_.fail_conditions();
    if (fail_on.empty()) fail_on = {"never"};
  }
  write_and_show(outcome);
  return outcome.runs.complete ? exit_code(outcome) : 128 + perfopt::SignalGuard::received();
}

}  // namespace perfbench
