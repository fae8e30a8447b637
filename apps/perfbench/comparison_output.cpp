// SPDX-License-Identifier: Apache-2.0
#include "comparison_output.hpp"

#include <unistd.h>

#include <exception>

#include "perfopt/bench/compare/duel.hpp"
#include "perfopt/cli/terminal.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/model/comparison_json.hpp"
#include "perfopt/report/comparison_page.hpp"
#include "perfopt/report/comparison_text.hpp"
#include "perfopt/report/comparison_view.hpp"
#include "perfopt/store/suite_file.hpp"

namespace perfbench {
namespace {

namespace cli = perfopt::cli;
namespace model = perfopt::model;
namespace report = perfopt::report;
using report::ComparisonFormat;

// A document is JSON unless asked otherwise; what goes to a person is console text.
std::string format_of(const cli::CommonOptions& common) {
  if (common.format.empty()) return common.output.empty() ? "console" : "json";
  cli::require_choice("--format", common.format,
                      {"console", "json", "csv", "markdown", "junit", "github", "sarif", "html"});
  return common.format;
}

ComparisonFormat text_format(const std::string& name) {
  if (name == "csv") return ComparisonFormat::csv;
  if (name == "markdown") return ComparisonFormat::markdown;
  if (name == "junit") return ComparisonFormat::junit;
  if (name == "github") return ComparisonFormat::github;
  return name == "sarif" ? ComparisonFormat::sarif : ComparisonFormat::console;
}

using Environments = std::optional<report::ComparedEnvironments>;

std::string render(const model::Comparison& comparison, const Environments& environments,
                   const cli::CommonOptions& common, const std::string& format, bool for_terminal) {
  if (format == "json") return model::to_json_text(comparison);
  if (format == "html") return report::comparison_page(comparison, environments);
  report::ComparisonTextOptions text;
  text.format = text_format(format);
  text.verbose = common.verbose;
  const cli::ColorMode color = cli::parse_color(common.color);
  text.color = for_terminal ? cli::use_color(color, STDOUT_FILENO) : color == cli::ColorMode::always;
  if (for_terminal) text.width = cli::terminal_width(STDOUT_FILENO);
  return report::comparison_text(comparison, text);
}

// With annotations, the log is read for commands: a name in the text must not be one.
void show_text(const std::string& text, bool fenced) {
  if (!fenced) return cli::write_console(text);
  const std::string token = std::to_string(perfopt::bench::random_seed());
  cli::write_console("::stop-commands::" + token + "\n" + text + "::" + token + "::\n");
}

}  // namespace

void ComparisonOutputs::add_to(CLI::App& app, const std::string& group) {
  cli::add_text_option(app, "--junit", junit, "FILE", "also write JUnit XML: one test case a benchmark", group);
  cli::add_text_option(app, "--markdown", markdown, "FILE", "also write Markdown, for a pull request", group);
  cli::add_text_option(app, "--sarif", sarif, "FILE", "also write SARIF 2.1.0: what is slower", group);
  cli::add_flag(app, "--github", github, "also print annotations of GitHub Actions", group);
}

void require_writable(const ComparisonOutputs& outputs, const cli::CommonOptions& common) {
  (void)cli::parse_color(common.color);
  (void)format_of(common);
  for (const std::string& path : {outputs.junit, outputs.markdown, outputs.sarif}) {
    if (!path.empty()) perfopt::store::require_writable(path);
  }
  if (cli::to_file(common.output)) perfopt::store::require_writable(common.output);
}

void deliver(const model::Comparison& comparison, const ComparisonOutputs& outputs, const cli::CommonOptions& common,
             const Environments& environments) {
  const std::string format = format_of(common);
  std::exception_ptr failure;
  // A full disk must not take what can still be written or shown.
  const auto write = [&](const std::string& path, const std::string& kind) {
    try {
      if (!path.empty()) perfopt::write_atomically(path, render(comparison, environments, common, kind, false));
    } catch (const perfopt::Error&) {
      failure = failure ? failure : std::current_exception();
    }
  };
  if (cli::to_file(common.output)) write(common.output, format);
  write(outputs.junit, "junit");
  write(outputs.markdown, "markdown");
  write(outputs.sarif, "sarif");
  if (!cli::to_file(common.output) && format != "console") {
    cli::write_output(render(comparison, environments, common, format, true));
  } else if (!cli::to_file(common.output) || !common.quiet || failure) {
    show_text(render(comparison, environments, common, "console", true), outputs.github);
  }
  if (cli::to_file(common.output) && !common.quiet && !failure) {
    cli::write_error("perfbench: wrote " + cli::one_line(common.output) + " (" + format + ")\n");
  }
  if (outputs.github) cli::write_output(render(comparison, environments, common, "github", false));
  if (failure) std::rethrow_exception(failure);
}

int exit_code(const model::Comparison& comparison, int signal) {
  if (signal != 0) return 128 + signal;
  const bool bad = report::tally(comparison).failures > 0;
  return static_cast<int>(bad ? perfopt::ExitCode::bad_answer : perfopt::ExitCode::ok);
}

}  // namespace perfbench
