// SPDX-License-Identifier: Apache-2.0
// perfviz: shows documents of perfbench and perfprof to people, as a page, on a terminal, in a pull request, in a
// spreadsheet.
#include <unistd.h>

#include <string>

#include <CLI/CLI.hpp>

#include "documents.hpp"
#include "options.hpp"
#include "perfopt/cli/run_main.hpp"
#include "perfopt/cli/terminal.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/core/units.hpp"
#include "perfopt/report/profile_text.hpp"
#include "perfopt/store/suite_file.hpp"
#include "report.hpp"

namespace {

namespace cli = perfopt::cli;

constexpr const char* kDescription =
    "show what perfbench and perfprof measured: a page to open, a text to read, a table to paste";

perfviz::Form form_of(const perfviz::Options& options, const std::string& format, bool to_terminal) {
  const cli::ColorMode mode = cli::parse_color(options.common.color);
  perfviz::Form form;
  form.format = format;
  form.color = to_terminal ? cli::use_color(mode, STDOUT_FILENO) : mode == cli::ColorMode::always;
  form.width = to_terminal ? cli::terminal_width(STDOUT_FILENO) : 0;
  form.verbose = options.common.verbose;
  form.summary = options.summary;
  if (!options.top.empty()) form.top = perfopt::parse_quantity(options.top, "--top").value;
  if (!options.by.empty()) form.by = perfopt::report::profile_group(options.by);
  return form;
}

void tell_written(const perfviz::Options& options, const std::string& target, const std::string& format,
                  std::size_t bytes) {
  if (options.common.quiet) return;
  const std::string size = perfopt::format_bytes(static_cast<double>(bytes));
  cli::write_error(std::string("perfviz: ") + (options.common.dry_run ? "would write " : "wrote ") +
                   cli::one_line(target == "-" ? "standard output" : target) + " (" + format + ", " + size + ")\n");
}

int show(const perfviz::Options& options) {
  if (!options.chart.chart.empty()) return perfviz::show_chart(options);
  if (options.inputs().empty()) {
    cli::write_error(perfviz::brief_help());
    return static_cast<int>(perfopt::ExitCode::bad_request);
  }
  if (options.chart.is_asked_for()) {
    throw perfopt::BadInput("--title, --width, --theme, --filter and --log belong to --chart; give that too");
  }
  const std::string format = perfviz::format_of(options);
  if (!options.by.empty() && (options.profiles.empty() || format == "html" || format == "json")) {
    throw perfopt::BadInput("--by chooses what the text, Markdown or CSV of --profiler lists; leave it out");
  }
  const std::string target = perfviz::target_of(options, format);
  const perfviz::Form form = form_of(options, format, target == "-");
  const std::string text = perfviz::rendered(perfviz::read_documents(options), form);
  if (target == "-" && !options.common.dry_run) {
    cli::write_output(text);
    return 0;
  }
  if (target != "-") {
    for (const std::string& input : options.inputs()) perfviz::require_other_file(input, target);
    perfopt::store::require_writable(target);
    if (!options.common.dry_run) perfopt::write_atomically(target, text);
  }
  tell_written(options, target, format, text.size());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  perfviz::Options options;
  CLI::App app(kDescription, "perfviz");
  perfviz::declare(app, options);
  return cli::run_main(app, options.common, argc, argv, [&] { return show(options); });
}
