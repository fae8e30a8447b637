// SPDX-License-Identifier: Apache-2.0
// perfviz: shows documents of perfbench and perfprof to people, as a page, on a terminal, in a pull request, in a
// spreadsheet.
#include <unistd.h>

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "documents.hpp"
#include "options.hpp"
#include "output.hpp"
#include "perfopt/cli/run_main.hpp"
#include "perfopt/cli/terminal.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/units.hpp"
#include "perfopt/report/profile_text.hpp"
#include "report.hpp"

namespace {

namespace cli = perfopt::cli;

constexpr const char* kDescription =
    "show what perfbench and perfprof measured: a page to open, a text to read, a table to paste";

perfviz::Form form_of(const perfviz::Options& options, const perfviz::Output& output) {
  const bool to_terminal = output.is_here();
  const cli::ColorMode mode = cli::parse_color(options.common.color);
  perfviz::Form form;
  form.format = output.form;
  form.color = to_terminal ? cli::use_color(mode, STDOUT_FILENO) : mode == cli::ColorMode::always;
  form.width = to_terminal ? cli::terminal_width(STDOUT_FILENO) : 0;
  form.verbose = options.common.verbose;
  form.summary = options.summary;
  if (!options.top.empty()) form.top = perfopt::parse_quantity(options.top, "--top").value;
  if (!options.by.empty()) form.by = perfopt::report::profile_group(options.by);
  return form;
}

// What only some forms and documents have, asked of others.
void require_use(const perfviz::Options& options, const std::string& form) {
  if (options.chart.is_asked_for()) {
    throw perfopt::BadInput("--title, --width, --theme, --filter and --log belong to --chart; give that too");
  }
  const bool is_table = form == "console" || form == "markdown" || form == "csv";
  if (!options.by.empty() && (options.profiles.empty() || !is_table)) {
    throw perfopt::BadInput("--by chooses what the text, Markdown or CSV of --profiler lists; leave it out");
  }
  const bool is_list = form == "console" || form == "markdown";
  const bool has_functions = !options.profiles.empty() || !options.compared.empty();
  if (!options.top.empty() && (!has_functions || !is_list)) {
    throw perfopt::BadInput("--top cuts the list of functions of a profile in text and Markdown; leave it out");
  }
}

int show(const perfviz::Options& options) {
  if (!options.chart.chart.empty()) return perfviz::show_chart(options);
  if (options.inputs().empty()) {
    cli::write_error(perfviz::brief_help());
    return static_cast<int>(perfopt::ExitCode::bad_request);
  }
  const perfviz::Output output = perfviz::output_of(options);
  require_use(options, output.form);
  const perfviz::Form form = form_of(options, output);
  perfviz::require_place(options, output);
  const std::vector<perfviz::Document> documents = perfviz::read_documents(options);
  return perfviz::deliver(options, output, perfviz::rendered(documents, form));
}

}  // namespace

int main(int argc, char** argv) {
  perfviz::Options options;
  CLI::App app(kDescription, "perfviz");
  perfviz::declare(app, options);
  return cli::run_main(app, options.common, argc, argv, [&] { return show(options); });
}
