// SPDX-License-Identifier: Apache-2.0
#include "options.hpp"

#include <filesystem>

#include "perfopt/core/error.hpp"
#include "perfopt/report/profile_text.hpp"

namespace perfviz {
namespace {

namespace cli = perfopt::cli;
namespace fs = std::filesystem;
using perfopt::BadInput;

constexpr const char* kInputs = "What to show";

constexpr const char* kBrief =
    "perfviz shows what perfbench and perfprof measured.\n"
    "\n"
    "  perfviz --benchmark results.json --report            write results.html, one file that works offline\n"
    "  perfviz --benchmark results.json                     show it here; --format markdown for a pull request\n"
    "  perfviz --profiler profile.json --report             where the time of a program went\n"
    "  perfviz --compare before.json after.json --report    what got slower, of two results or two profiles\n"
    "  perfviz --history history.jsonl --report             what changed over time, and since which commit\n"
    "\n"
    "More: perfviz --help\n";

constexpr const char* kFooter =
    "EXAMPLES\n"
    "  perfviz --benchmark results.json --report\n"
    "  perfviz --benchmark results.json --report page.html\n"
    "  perfviz --benchmark results.json --profiler profile.json --report both.html\n"
    "  perfviz --benchmark results.json --format markdown --output comment.md\n"
    "  perfviz --benchmark results.json --format csv --output - | sort\n"
    "  perfviz --profiler profile.json --report profile.html\n"
    "  perfviz --compare before.json after.json --report change.html\n"
    "  perfviz --benchmark results.json --history history.jsonl --summary --report summary.html\n"
    "  perfbench history export - | perfviz --history - --report history.html\n"
    "EXIT STATUS\n"
    "  0    done\n"
    "  2    the request or an input is wrong\n"
    "  4    a fault of perfviz itself\n";

// One value each time it is given.
void add_files(CLI::App& app, const char* name, std::vector<std::string>& into, const char* doc) {
  app.add_option(name, into, doc)->type_name("FILE")->expected(1)->take_all()->group(kInputs);
}

std::string extension_of(const std::string& format) {
  if (format == "markdown") return ".md";
  return format == "console" ? ".txt" : "." + format;
}

// "results.html" beside results.json; "report.html" beside the first of several.
std::string beside(const std::vector<std::string>& inputs, const std::string& format) {
  if (inputs.front() == "-") return "-";
  fs::path path(inputs.front());
  if (inputs.size() > 1) path.replace_filename("report");
  return path.replace_extension(extension_of(format)).string();
}

}  // namespace

std::vector<std::string> Options::inputs() const {
  std::vector<std::string> all = benchmarks;
  all.insert(all.end(), profiles.begin(), profiles.end());
  all.insert(all.end(), compared.begin(), compared.end());
  if (!history.empty()) all.push_back(history);
  return all;
}

void declare(CLI::App& app, Options& options) {
  app.footer(kFooter);
  options.common.has_settings = false;
  options.common.formats = "html|console|json|csv|markdown|md|svg|png|term";
  options.common.format_doc = "form of what is written (html for --report, else console)";
  add_files(app, "--benchmark", options.benchmarks,
            "results of perfbench or another tool; - for standard input; may be given several times");
  add_files(app, "--profiler", options.profiles,
            "a profile of perfprof or another tool; - for standard input; may be given several times");
  app.add_option("--compare", options.compared,
                 "what was and what is: two files of results, or two profiles; or one document of perfbench compare")
      ->type_name("BASE NEW")
      ->expected(1, 2)
      ->multi_option_policy(CLI::MultiOptionPolicy::Throw)
      ->group(kInputs);
  cli::add_text_option(app, "--history", options.history, "FILE",
                       "runs over time, as perfbench history export or show --format json writes them", kInputs);
  cli::add_text_option(app, "--by", options.by, perfopt::report::kProfileGroups, "what a profile lists (function)",
                       kInputs);
  cli::add_text_option(app, "--top", options.top, "N", "how many functions a profile's text lists (10)", kInputs);
  options.report_option = cli::add_text_option(app, "--report", options.report, "FILE",
                                               "one HTML page, in FILE or beside the input", kInputs)
                              ->expected(0, 1);
  cli::add_flag(app, "--summary", options.summary,
                "with --report: one screen in plain words instead, for those who decide: gain, cost, what next, trend",
                kInputs);
  add_chart_options(app, options.chart);
}

const char* brief_help() {
  return kBrief;
}

std::string format_of(const Options& options) {
  if (options.summary && !options.common.format.empty() && options.common.format != "html") {
    throw BadInput("--summary is a page; leave out --format " + options.common.format);
  }
  if (options.summary) return "html";
  if (options.common.format.empty()) return options.wants_report() ? "html" : "console";
  cli::require_choice("--format", options.common.format, {"html", "console", "json", "csv", "markdown"});
  return options.common.format;
}

std::string target_of(const Options& options, const std::string& format) {
  const std::string& output = options.common.output;
  if (!output.empty() && !options.report.empty() && output != options.report) {
    throw BadInput("--report " + options.report + " and --output " + output + " name two files; give one");
  }
  if (!output.empty()) return output;
  if (!options.report.empty()) return options.report;
  return options.wants_report() || format == "html" ? beside(options.inputs(), format) : "-";
}

}  // namespace perfviz
