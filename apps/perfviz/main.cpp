// SPDX-License-Identifier: Apache-2.0
// perfviz: shows documents of perfbench and perfprof to people, as a page, on a terminal, in a pull request, in a
// spreadsheet.
#include <unistd.h>

#include <filesystem>
#include <string>

#include <CLI/CLI.hpp>

#include "perfopt/cli/run_main.hpp"
#include "perfopt/cli/terminal.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/core/units.hpp"
#include "perfopt/model/profile_formats.hpp"
#include "perfopt/model/profile_json.hpp"
#include "perfopt/model/suite_json.hpp"
#include "perfopt/report/benchmark_page.hpp"
#include "perfopt/report/profile_page.hpp"
#include "perfopt/report/profile_text.hpp"
#include "perfopt/report/suite_text.hpp"
#include "perfopt/store/suite_file.hpp"

namespace {

namespace cli = perfopt::cli;
namespace fs = std::filesystem;
namespace report = perfopt::report;

constexpr const char* kDescription =
    "show what perfbench and perfprof measured: a page to open, a text to read, a table to paste";

constexpr const char* kBrief =
    "perfviz shows what perfbench and perfprof measured.\n"
    "\n"
    "  perfviz --benchmark results.json --report            write results.html, one file that works offline\n"
    "  perfviz --benchmark results.json                     show it here; --format markdown for a pull request\n"
    "  perfviz --profiler profile.json --report             where the time of a program went\n"
    "\n"
    "More: perfviz --help\n";

constexpr const char* kFooter =
    "EXAMPLES\n"
    "  perfviz --benchmark results.json --report\n"
    "  perfviz --benchmark results.json --report page.html\n"
    "  perfviz --benchmark results.json --format markdown --output comment.md\n"
    "  perfviz --benchmark results.json --format csv --output - | sort\n"
    "  perfviz --profiler profile.json --report profile.html\n"
    "EXIT STATUS\n"
    "  0    done\n"
    "  2    the request or an input is wrong\n"
    "  4    a fault of perfviz itself\n";

struct Options {
  cli::CommonOptions common;
  std::string benchmark;
  std::string profiler;
  std::string report;
  const CLI::Option* report_option = nullptr;

  [[nodiscard]] bool wants_report() const { return report_option->count() > 0; }
  [[nodiscard]] const std::string& input() const { return profiler.empty() ? benchmark : profiler; }
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
  if (!beside || options.input() == "-") return "-";
  return fs::path(options.input()).replace_extension(extension_of(format)).string();
}

void require_other_file(const fs::path& input, const fs::path& output) {
  std::error_code ignored;
  if (fs::equivalent(input, output, ignored)) {
    throw perfopt::BadInput("--output " + output.string() + " is the input itself; name another file");
  }
}

// Standard input for "-".
std::string text_of(const std::string& path) {
  return perfopt::read_file(path == "-" ? "/dev/stdin" : path);
}

std::string suite_form(const Options& options, const perfopt::model::Suite& suite, const std::string& format,
                       bool color, unsigned width) {
  if (format == "html") return report::benchmark_page(suite);
  if (format == "json") return perfopt::model::to_json_text(suite);
  report::TextOptions text;
  text.verbose = options.common.verbose;
  if (format == "markdown") text.format = report::TextFormat::markdown;
  if (format == "csv") text.format = report::TextFormat::csv;
  text.color = color;
  if (width != 0) text.width = width;
  return report::suite_text(suite, text);
}

std::string profile_form(const Options& options, const perfopt::model::Profile& profile, const std::string& format,
                         bool color, unsigned width) {
  report::ProfileTextOptions text;
  if (format == "html") return report::profile_page(profile);
  if (format == "json") return perfopt::model::to_json_text(profile);
  if (format == "markdown") return report::profile_markdown(profile, text.top);
  if (format == "csv") return report::profile_csv(profile);
  text.verbose = options.common.verbose;
  text.color = color;
  if (width != 0) text.width = width;
  if (options.profiler != "-") text.saved_as = options.profiler;
  return report::profile_text(profile, text);
}

std::string render(const Options& options, const std::string& format, bool to_terminal) {
  const cli::ColorMode mode = cli::parse_color(options.common.color);
  const bool color = to_terminal ? cli::use_color(mode, STDOUT_FILENO) : mode == cli::ColorMode::always;
  const unsigned width = to_terminal ? cli::terminal_width(STDOUT_FILENO) : 0;
  const std::string& input = options.input();
  const std::string origin = input == "-" ? "standard input" : input;
  if (!options.profiler.empty()) {
    return profile_form(options, perfopt::model::read_profile(text_of(input), origin), format, color, width);
  }
  const perfopt::model::Suite suite =
      input == "-" ? perfopt::model::suite_from_json(text_of(input), origin) : perfopt::store::load_suite(input);
  return suite_form(options, suite, format, color, width);
}

int show(const Options& options) {
  if (options.input().empty()) {
    cli::write_error(kBrief);
    return static_cast<int>(perfopt::ExitCode::bad_request);
  }
  if (!options.benchmark.empty() && !options.profiler.empty()) {
    throw perfopt::BadInput("--benchmark and --profiler are two pages; give one at a time");
  }
  const std::string format = format_of(options);
  const std::string target = target_of(options, format);
  const std::string text = render(options, format, target == "-");
  if (target == "-" && !options.common.dry_run) {
    cli::write_output(text);
    return 0;
  }
  if (target != "-") {
    require_other_file(options.input(), target);
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
  cli::add_text_option(app, "--profiler", options.profiler, "FILE",
                       "a profile of perfprof or another tool; - for standard input", group);
  options.report_option =
      cli::add_text_option(app, "--report", options.report, "FILE", "one HTML page, in FILE or beside the input", group)
          ->expected(0, 1);
  return cli::run_main(app, options.common, argc, argv, [&] { return show(options); });
}
