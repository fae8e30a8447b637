// SPDX-License-Identifier: Apache-2.0
#include "options.hpp"

#include "perfopt/report/profile_text.hpp"

namespace perfviz {
namespace {

namespace cli = perfopt::cli;

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
    "  perfviz --benchmark results.json --output comment.md\n"
    "  perfviz --benchmark results.json --format csv --output - | sort\n"
    "  perfviz --profiler profile.json --report profile.html\n"
    "  perfviz --compare before.json after.json --report change.html\n"
    "  perfviz --benchmark results.json --history history.jsonl --summary --report summary.html\n"
    "  perfbench history export - | perfviz --history - --report history.html\n"
    "  perfviz --benchmark results.json --chart speedup --output speedup.svg\n"
    "  perfviz --compare before.json after.json --chart forest    of two results; of two profiles: --chart flame\n"
    "EXIT STATUS\n"
    "  0    done\n"
    "  2    the request or an input is wrong\n"
    "  3    this build draws no PNG\n"
    "  4    a fault of perfviz itself\n";

// One value each time it is given.
void add_files(CLI::App& app, const char* name, std::vector<std::string>& into, const char* doc) {
  app.add_option(name, into, doc)->type_name("FILE")->expected(1)->take_all()->group(kInputs);
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
  options.common.format_doc =
      "form of what is written; without it the ending of FILE decides, and without one it is text (console)";
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
  cli::add_text_option(app, "--by", options.by, perfopt::report::kProfileGroups,
                       "what the text, Markdown or CSV of a profile lists (function)", kInputs);
  cli::add_text_option(app, "--top", options.top, "N",
                       "how many functions the text or Markdown of a profile lists (10)", kInputs);
  options.report_option = cli::add_text_option(app, "--report", options.report, "FILE",
                                               "one HTML page, in FILE or beside the input", kInputs)
                              ->expected(0, 1);
  cli::add_flag(app, "--summary", options.summary,
                "a page of one screen in plain words, for those who decide: gain, cost, what next, trend", kInputs);
  add_chart_options(app, options.chart);
}

const char* brief_help() {
  return kBrief;
}

}  // namespace perfviz
