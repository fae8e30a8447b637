// SPDX-License-Identifier: Apache-2.0
// perfviz: shows documents of perfbench to people, as a page, on a terminal, in a pull request, in a spreadsheet.
#include <unistd.h>

#include <filesystem>
#include <string>

#include <CLI/CLI.hpp>

#include "perfopt/cli/run_main.hpp"
#include "perfopt/cli/terminal.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/core/units.hpp"
#include "perfopt/model/suite_json.hpp"
#include "perfopt/report/benchmark_page.hpp"
#include "perfopt/report/suite_text.hpp"
#include "perfopt/store/suite_file.hpp"

namespace {

namespace cli = perfopt::cli;
namespace fs = std::filesystem;
namespace report = perfopt::report;

constexpr const char* kDescription = "show what perfbench measured: a page to open, a text to read, a table to paste";

constexpr const char* kBrief =
    "perfviz shows what perfbench measured.\n"
    "\n"
    "  perfviz --benchmark results.json --report            write results.html, one file that works offline\n"
    "  perfviz --benchmark results.json                     show it here; --format markdown for a pull request\n"
    "\n"
    "More: perfviz --help\n";

constexpr const char* kFooter =
    "EXAMPLES\n"
    "  perfviz --benchmark results.json --report\n"
    "  perfviz --benchmark results.json --report page.html\n"
    "  perfviz --benchmark results.json --format markdown --output comment.md\n"
    "  perfviz --benchmark results.json --format csv --output - | sort\n"
    "EXIT STATUS\n"
    "  0    done\n"
    "  2    the request or an input is wrong\n"
    "  4    a fault of perfviz itself\n";

struct Options {
  cli::CommonOptions common;
  std::string benchmark;
  std::string report;
  const CLI::Option* report_option = nullptr;

  [[nodiscard]] bool wants_report() const { return report_option->count() > 0; }
};

std::string format_of(const Options& options) {
  if (options.common.format.empty()) return options.wants_report() ? "html" : "console";
  cli::require_choice("--format", options.common.format, {"html", "console", "json", "csv", "markdown"});
  return options.common.format;
}

std::string extension_of(const std::string& format) {
  if (format == "markdown") return ".md";
  return format == "console" ? ".txt" : "." + format;
}

// "-" for standard output. A page goes beside its input unless told otherwise, everything else to standard output.
std::string target_of(const Options& options, const std::string& format) {
  const std::string& output = options.common.output;
  if (!output.empty() && !options.report.empty() && output != options.report) {
    throw perfopt::BadInput("--report " + options.report + " and --output " + output + " name two files; give one");
  }
  if (!output.empty()) return output;
  if (!options.report.empty()) return options.report;
  const bool beside = options.wants_report() || format == "html";
  if (!beside || options.benchmark == "-") return "-";
  return fs::path(options.benchmark).replace_extension(extension_of(format)).string();
}

void require_other_file(const fs::path& input, const fs::path& output) {
  std::error_code ignored;
  if (fs::equivalent(input, output, ignored)) {
    throw perfopt::BadInput("--output " + output.string() + " is the input itself; name another file");
  }
}

perfopt::model::Suite load(const std::string& path) {
  if (path == "-") return perfopt::model::suite_from_json(perfopt::read_file("/dev/stdin"), "standard input");
  return perfopt::store::load_suite(path);
}

std::string render(const Options& options, const perfopt::model::Suite& suite, const std::string& format,
                   bool to_terminal) {
  if (format == "html") return report::benchmark_page(suite);
  if (format == "json") return perfopt::model::to_json_text(suite);
  report::TextOptions text;
  text.verbose = options.common.verbose;
  if (format == "markdown") text.format = report::TextFormat::markdown;
  if (format == "csv") text.format = report::TextFormat::csv;
  const cli::ColorMode color = cli::parse_color(options.common.color);
  text.color = to_terminal ? cli::use_color(color, STDOUT_FILENO) : color == cli::ColorMode::always;
  if (to_terminal) text.width = cli::terminal_width(STDOUT_FILENO);
  return report::suite_text(suite, text);
}

int show(const Options& options) {
  if (options.benchmark.empty()) {
    cli::write_error(kBrief);
    return static_cast<int>(perfopt::ExitCode::bad_request);
  }
  const std::string format = format_of(options);
  const std::string target = target_of(options, format);
  const perfopt::model::Suite suite = load(options.benchmark);
  const std::string text = render(options, suite, format, target == "-");
  if (target == "-" && !options.common.dry_run) {
    cli::write_output(text);
    return 0;
  }
  if (target != "-") {
    require_other_file(options.benchmark, target);
    perfopt::store::require_writable(target);
    if (!options.common.dry_run) perfopt::write_atomically(target, text);
  }
  if (!options.common.quiet) {
    const std::string size = perfopt::format_bytes(static_cast<double>(text.size()));
    cli::write_error(std::string("perfviz: ") + (options.common.dry_run ? "would write " : "wrote ") +
                     cli::one_line(target == "-" ? "standard output" : target) + " (" + format + ", " + size + ")\n");
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app(kDescription, "perfviz");
  app.footer(kFooter);
  options.common.has_settings = false;
  options.common.formats = "html|console|json|csv|markdown";
  options.common.format_doc = "form of what is written (html for --report, else console)";
  const std::string group = "What to show";
  cli::add_text_option(app, "--benchmark", options.benchmark, "FILE", "results of perfbench; - for standard input",
                       group);
  options.report_option =
      cli::add_text_option(app, "--report", options.report, "FILE", "one HTML page, in FILE or beside the input", group)
          ->expected(0, 1);
  return cli::run_main(app, options.common, argc, argv, [&] { return show(options); });
}
