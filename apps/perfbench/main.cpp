// SPDX-License-Identifier: Apache-2.0
// perfbench: which optimisation pays off on this machine, from which data size on, and is the result still correct?
#include <unistd.h>

#include <CLI/CLI.hpp>

#include "fleet.hpp"
#include "list.hpp"
#include "measure.hpp"
#include "options.hpp"
#include "perfopt/bench/distributed/follow.hpp"
#include "perfopt/bench/distributed/launch.hpp"
#include "perfopt/bench/peer.hpp"
#include "perfopt/cli/run_main.hpp"
#include "perfopt/cli/terminal.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/shell_word.hpp"
#include "perfopt/model/suite_json.hpp"
#include "perfopt/report/suite_text.hpp"
#include "plan.hpp"
#include "subcommands.hpp"

namespace {

using namespace perfbench;
namespace bench = perfopt::bench;
namespace cli = perfopt::cli;
namespace model = perfopt::model;

constexpr const char* kDescription =
    "measure optimisation strategies against naive baselines, with proof that their results are the same";

constexpr const char* kBrief =
    "perfbench finds out which optimisation pays off on this machine, from which data size on\n"
    "\n"
    "  perfbench --all                          measure everything, under 3 minutes, and show the answer\n"
    "  perfbench --all --output results.json    keep the results as well; --plot adds a page to look at\n"
    "\n"
    "and whether a change made a program slower:\n"
    "\n"
    "  perfbench compare --run OLD NEW          two Google Benchmark programs, in turns; or two files of results\n"
    "  perfbench command 'A' 'B'                whole commands; perfbench history keeps and judges runs over time\n"
    "\n"
    "More: perfbench --list, perfbench --help\n";

constexpr const char* kFooter =
    "EXAMPLES\n"
    "  perfbench --all --output results.json --plot\n"
    "  perfbench --memory --cpu --sizes small,1M --level balanced\n"
    "  perfbench --all --filter 'sort|maps' --repetitions 10\n"
    "  perfbench --all --output results.json --resume    after an interruption\n"
    "  perfbench --list --format json\n"
    "  mpirun --hostfile HOSTS --map-by node perfbench --all --fleet --output fleet.json\n"
    "EXIT STATUS\n"
    "  0    done\n"
    "  1    done, and a strategy failed its check\n"
    "  2    the request or an input is wrong\n"
    "  3    this machine or this build lacks what was demanded\n"
    "  4    a fault of perfbench itself\n"
    "  130  interrupted by Ctrl-C; 143 by SIGTERM: what was finished is written, --resume goes on\n"
    "FILES\n"
    "  FILE.partial beside --output FILE holds what is finished while a run lasts\n";

std::string command_line(int argc, const char* const* argv) {
  std::string text;
  for (int i = 0; i < argc; ++i) text += (i == 0 ? "" : " ") + perfopt::shell_word(argv[i]);
  return text;
}

std::string plan_document(const Options& options, const model::Suite& plan) {
  switch (cli::parse_format(options.common.format)) {
    case cli::Format::json:
      return model::to_json_text(plan);
    case cli::Format::csv:
      return perfopt::report::suite_text(plan, {.format = perfopt::report::TextFormat::csv});
    case cli::Format::markdown:
      return perfopt::report::suite_text(plan, {.format = perfopt::report::TextFormat::markdown});
    case cli::Format::console:
      return plan_text(plan);
  }
  return "";
}

// Whoever names only categories that this build has not is told so, not shown an empty result.
void require_present(const Options& options) {
  for (const std::string& category : options.categories()) {
    if (bench::missing_reason(category).empty()) return;
  }
  if (options.categories().empty()) return;
  std::string reasons;
  for (const std::string& category : options.categories()) {
    reasons += (reasons.empty() ? "--" : "; --") + category + ": " + std::string(bench::missing_reason(category));
  }
  throw perfopt::Unavailable(reasons);
}

// A run that could only skip is a request that needs another look.
void require_runnable(const model::Suite& plan) {
  for (const model::Case& one : plan.cases) {
    if (one.status == model::Status::ok) return;
  }
  const std::string first = plan.cases.empty() ? "no size is chosen" : plan.cases.front().reason;
  throw perfopt::BadInput("nothing of this would run: " + first + " (--dry-run tells all reasons)");
}

// One of several that mpirun or srun has started, and not the first: it shows nothing and does what the first asks for.
bool is_hand(const Options& options) {
  const auto launched = bench::launched();
  return launched && launched->rank > 0 && !options.fleet;
}

int run(const Options& options, int argc) {
  if (argc == 1) {
    cli::write_error(kBrief);
    return static_cast<int>(perfopt::ExitCode::bad_request);
  }
  if (is_hand(options)) {
    if (!options.list && !options.common.dry_run && !options.common.print_config) bench::follow_ranks();
    return 0;
  }
  (void)cli::parse_color(options.common.color);
  const cli::Format format = cli::parse_format(options.common.format);
  const model::EffectiveConfig config = cli::resolve_config(options.common, options.settings, environ);
  bench::RunOptions request = run_options(options, config);
  if (options.common.print_config) {
    deliver(options, cli::config_text(config, format));
    return 0;
  }
  if (options.list) {
    deliver(options, list_text(strategies_of(bench::plan(request)), format));
    return 0;
  }
  if (!options.selects()) {
    throw perfopt::BadInput(
        "nothing to measure is named; give --all, or categories such as --memory --network (perfbench --list)");
  }
  require_present(options);
  if (options.fleet) request = for_fleet(std::move(request));
  const model::Suite plan = bench::plan(request);
  if (options.common.dry_run) {
    deliver(options, plan_document(options, plan));
    return 0;
  }
  require_runnable(plan);
  if (is_follower(options)) return follow(request);
  const int code = measure(options, request);
  if (!options.fleet) bench::release_ranks();
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  if (const auto code = bench::run_peer(argc, argv)) return *code;
  CLI::App app(kDescription, "perfbench");
  app.footer(kFooter + cli::environment_section());
  Options options;
  add_options(app, options);
  options.command = command_line(argc, argv);
  const auto jobs = subcommands(app);
  return cli::run_main(app, options.common, argc, argv, [&] {
    for (const auto& job : jobs) {
      if (job->chosen()) return job->run();
    }
    return run(options, argc);
  });
}
