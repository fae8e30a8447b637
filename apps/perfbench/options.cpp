// SPDX-License-Identifier: Apache-2.0
#include "options.hpp"

#include <algorithm>
#include <filesystem>

#include "perfopt/bench/catalogue.hpp"
#include "perfopt/bench/gbench_export.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/nearest.hpp"
#include "perfopt/core/units.hpp"

namespace perfbench {
namespace {

using perfopt::BadInput;
namespace bench = perfopt::bench;
namespace cli = perfopt::cli;
namespace model = perfopt::model;

constexpr const char* kSelection = "What to measure";
constexpr const char* kRun = "How to measure";
constexpr const char* kResult = "Results";
constexpr const char* kGoogle = "Google Benchmark's flags";

const std::vector<std::string_view> kFaults{"wrong-result", "stale-buffer", "null-kernel", "error-return"};
const std::vector<std::string_view> kGoogleFormats{"console", "json", "csv"};

void add_selection(CLI::App& app, Options& options) {
  cli::add_flag(app, "--all", options.all, "every category; those that this build has not are shown as skipped",
                kSelection);
  for (std::size_t i = 0; i < options.chosen.size(); ++i) {
    const std::string category(bench::kCategories[i]);
    if (category == "database") continue;
    cli::add_flag(app, "--" + category, options.chosen[i], "strategies of the category " + category, kSelection);
  }
  options.database_option =
      cli::add_text_option(app, "--database", options.database_url, "URL",
                           "strategies of the category database; with a URL, as postgresql://user@host/name, on that "
                           "server and not on a cluster of our own",
                           kSelection)
          ->expected(0, 1);
  cli::add_text_option(app, "--filter,--benchmark_filter", options.filter, "REGEX",
                       "only strategies whose category/problem/strategy matches; the baseline comes with them",
                       kSelection);
  cli::add_flag(app, "--list", options.list, "show what each strategy does, needs and costs, and run nothing",
                kSelection);
}

void add_results(CLI::App& app, Options& options) {
  options.plot_option =
      cli::add_text_option(app, "--plot", options.plot, "FILE",
                           "also write the report as HTML, beside --output unless FILE is given", kResult)
          ->expected(0, 1);
  cli::add_flag(app, "--resume", options.resume, "go on with the interrupted run whose results --output names",
                kResult);
  cli::add_flag(app, "--fleet", options.fleet,
                "under mpirun or srun: every host runs the suite, rank 0 writes one document and names slow hosts",
                kRun);
  cli::add_text_option(app, "--inject", options.inject, "wrong-result|stale-buffer|null-kernel|error-return",
                       "self-test: break every strategy on purpose, to see each refused and the exit code become 1",
                       kRun);
}

void add_google(CLI::App& app, Options& options) {
  const auto text = [&](const char* names, std::string& into, const char* value, const char* doc) {
    cli::add_text_option(app, names, into, value, doc, kGoogle);
  };
  cli::add_flag(app, "--benchmark_list_tests", options.list, "as --list", kGoogle)->disable_flag_override(false);
  text("--benchmark_min_time", options.benchmark_min_time, "TIME", "least time of one round of one strategy");
  text("--benchmark_out", options.benchmark_out, "FILE", "also write the rounds in Google Benchmark's format");
  text("--benchmark_out_format", options.benchmark_out_format, "json|csv",
       "form of --benchmark_out; json if not given");
  text("--benchmark_format", options.benchmark_format, "console|json|csv",
       "form of standard output; json and csv are Google Benchmark's");
  text("--benchmark_context", options.benchmark_context, "KEY=VALUE,...",
       "further entries for the context of Google Benchmark's JSON");
  text("--benchmark_time_unit", options.benchmark_time_unit, "ns|us|ms|s", "unit of times in those forms");
}

bench::Level level_of(const std::string& name) {
  if (name == "conservative") return bench::Level::conservative;
  return name == "balanced" ? bench::Level::balanced : bench::Level::aggressive;
}

bench::Fault fault_of(const std::string& name) {
  if (name.empty()) return bench::Fault::none;
  cli::require_choice("--inject", name, kFaults);
  const auto index = std::find(kFaults.begin(), kFaults.end(), name) - kFaults.begin();
  return static_cast<bench::Fault>(index + 1);
}
static_assert(static_cast<int>(bench::Fault::wrong_result) == 1 && static_cast<int>(bench::Fault::error_return) == 4);

// Problems and strategies of a category: "sort", "sort/tbb".
std::vector<std::string> names_of(std::string_view category) {
  std::vector<std::string> names;
  for (const bench::Problem* problem : bench::catalogue()) {
    if (problem->category != category) continue;
    names.emplace_back(problem->name);
    for (const bench::Strategy& strategy : problem->strategies) {
      names.push_back(std::string(problem->name) + "/" + std::string(strategy.name));
    }
  }
  return names;
}

// A name that stands for nothing would switch nothing off, unnoticed. Categories that this build has not are left
// alone: their names cannot be known here.
void require_known(const model::EffectiveConfig& config) {
  for (std::size_t i = 0; i < model::kOptimizerCategories.size(); ++i) {
    const std::string category(model::kOptimizerCategories[i]);
    const std::vector<std::string> known = names_of(category);
    if (known.empty()) continue;
    for (const std::string& name : config.values.optimizers[i].disable) {
      if (std::find(known.begin(), known.end(), name) != known.end()) continue;
      const std::string setting = "optimizers." + category + ".disable";
      const std::vector<std::string_view> views(known.begin(), known.end());
      throw BadInput(config.source(*model::find_setting(setting)) + ": " + setting + ": '" + name +
                     "' is no problem or strategy of " + category + perfopt::did_you_mean(name, views) +
                     " (perfbench --list)");
    }
  }
}

void require_consistent(const Options& options) {
  if (options.resume && options.fleet) throw BadInput("--resume and --fleet contradict; start the fleet anew");
  if (options.resume && (options.common.output.empty() || options.common.output == "-")) {
    throw BadInput("--resume needs --output FILE: the file of the interrupted run");
  }
  if (!options.benchmark_format.empty()) {
    cli::require_choice("--benchmark_format", options.benchmark_format, kGoogleFormats);
    if (!options.common.format.empty()) throw BadInput("--format and --benchmark_format contradict; give one of them");
  }
  if (!options.benchmark_time_unit.empty()) {
    cli::require_choice("--benchmark_time_unit", options.benchmark_time_unit, {"ns", "us", "ms", "s"});
  }
  (void)bench::parse_gbench_context(options.benchmark_context);
  if (!options.benchmark_out_format.empty()) {
    cli::require_choice("--benchmark_out_format", options.benchmark_out_format, {"json", "csv"});
    if (options.benchmark_out.empty()) throw BadInput("--benchmark_out_format needs --benchmark_out FILE");
  }
}

}  // namespace

std::vector<std::string> Options::categories() const {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const bool named = bench::kCategories[i] == "database" ? database_option->count() > 0 : chosen[i];
    if (named && !all) names.emplace_back(bench::kCategories[i]);
  }
  return names;
}

bool Options::selects() const {
  return all || !filter.empty() || !categories().empty();
}

void add_options(CLI::App& app, Options& options) {
  add_selection(app, options);
  options.settings.add_to(app, kRun, {{"repetitions", "--benchmark_repetitions"}});
  add_results(app, options);
  add_google(app, options);
}

bench::RunOptions run_options(const Options& options, const model::EffectiveConfig& config) {
  require_consistent(options);
  require_known(config);
  const model::Config& values = config.values;
  bench::RunOptions run;
  run.categories = options.categories();
  run.filter = options.filter;
  run.sizes = bench::parse_sizes(values.sizes);
  run.sizes_text = values.sizes;
  run.level = level_of(values.level);
  run.disabled = values.disabled();
  run.seed = values.seed;
  run.max_time_s = values.max_time_s;
  run.repetitions = values.repetitions;
  if (!options.benchmark_min_time.empty()) {
    run.min_time_s = perfopt::parse_duration_s(options.benchmark_min_time, "--benchmark_min_time");
  }
  run.threads = values.limits.threads;
  run.memory_limit_bytes = values.limits.memory_bytes;
  run.file_limit_bytes = values.limits.file_bytes;
  run.connection_limit = values.limits.connections;
  run.ranks = values.limits.ranks;
  run.database_url = options.database_url.empty() ? values.database_url : options.database_url;
  run.environment = config.environment;
  run.scratch = values.scratch;
  run.fault = fault_of(options.inject);
  if (!values.scratch.empty() && !std::filesystem::is_directory(values.scratch)) {
    throw BadInput("--scratch: '" + values.scratch + "' is no directory; create it, or name another one");
  }
  return run;
}

std::string plot_path(const Options& options) {
  if (options.plot_option->count() == 0) return "";
  if (!options.plot.empty()) return options.plot;
  if (options.common.output.empty() || options.common.output == "-") return "results.html";
  return std::filesystem::path(options.common.output).replace_extension(".html").string();
}

}  // namespace perfbench
