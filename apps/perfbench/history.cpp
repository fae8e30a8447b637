// SPDX-License-Identifier: Apache-2.0
#include "history.hpp"

#include <charconv>
#include <cstdlib>
#include <filesystem>

#include "checkout.hpp"
#include "perfopt/cli/terminal.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/core/timestamp.hpp"
#include "perfopt/stats/run_history.hpp"

namespace perfbench {
namespace {

namespace cli = perfopt::cli;
namespace fs = std::filesystem;
namespace model = perfopt::model;
namespace stats = perfopt::stats;
namespace store = perfopt::store;
using perfopt::BadInput;

constexpr const char* kGroup = "History options";
constexpr const char* kFormats = "console|json|csv|markdown";

constexpr const char* kFooter =
    "EXAMPLES\n"
    "  perfbench --all --output results.json && perfbench history record results.json\n"
    "  perfbench history show 'sort|maps'\n"
    "  perfbench history show --fail-on change --since 5\n"
    "  perfbench history compare v1.2 main\n"
    "  perfbench history baseline set release v1.2\n"
    "  perfbench history --help, and perfbench history COMMAND --help\n"
    "STORE\n"
    "  A file of SQLite, or a database of PostgreSQL (postgresql://...). Without --store it is what PERFOPT_HISTORY\n"
    "  names, else .perfopt/history.sqlite at the top of the git checkout, else in the current directory; git does "
    "not\n"
    "  track that directory. A password stands better in ~/.pgpass than in the URL.\n"
    "EXIT STATUS\n"
    "  0    done\n"
    "  1    done, and --fail-on says so\n"
    "  2    the request, an input or the store is wrong\n"
    "  3    the server of the store cannot be reached, or this build has no databases\n"
    "  4    a fault of perfbench itself\n"
    "  130  interrupted by Ctrl-C; 143 by SIGTERM: whole runs are stored, what is missing can be done again\n";

// Where a store lies when nobody says so; the directory is made and hidden from git when a store is.
std::string default_store(bool create) {
  const Checkout checkout = look_at_checkout();
  const fs::path directory = checkout.root / ".perfopt";
  if (create && !fs::exists(directory)) {
    fs::create_directory(directory);
    perfopt::write_atomically(directory / ".gitignore", "*\n");
  }
  return (directory / "history.sqlite").string();
}

}  // namespace

HistoryJob::HistoryJob(CLI::App& program)
    : Subcommand(program, "history", "keep runs, and tell where and when they changed", kFormats) {
  app().require_subcommand(0, 1);
  add_recording();
  add_reading();
  add_keeping();
  share_options();
  app().footer(kFooter);
}

CLI::App* HistoryJob::add_job(CLI::App& parent, const std::string& name, const std::string& doc,
                              const std::string& footer) {
  CLI::App* job = parent.add_subcommand(name, doc);
  cli::add_text_option(*job, "--store", store_, "PATH", "file, or postgresql://...; see perfbench history --help",
                       kGroup);
  job->footer(footer);
  return job;
}

void HistoryJob::add_selection(CLI::App& job) {
  cli::add_text_option(job, "--branch", branch_, "NAME", "runs of this branch alone", kGroup);
  cli::add_text_option(job, "--environment", environment_, "DIGITS",
                       "runs of this environment alone, by the first digits of its fingerprint", kGroup);
  cli::add_text_option(job, "--last", last_, "N", "the latest N runs", kGroup);
}

void HistoryJob::add_recording() {
  record_ = add_job(app(), "record", "add the results of files: of perfbench, or of another tool that is known",
                    "EXAMPLES\n"
                    "  perfbench history record results.json\n"
                    "  perfbench history record old/*.json --elsewhere --name v1.1\n");
  record_->add_option("FILE", files_, "results to be added, one run each")
      ->type_name("FILE")
      ->group(kGroup)
      ->required();
  const auto text = [&](const char* name, std::string& into, const char* value, const char* doc) {
    cli::add_text_option(*record_, name, into, value, doc, kGroup);
  };
  text("--commit", commit_, "ID", "of what was measured (else what the file says, else git)");
  text("--branch", branch_, "NAME", "likewise");
  text("--name", version_, "NAME", "name or version of what was measured");
  text("--date", date_, "TIME", "when, ISO 8601; 'commit' for the date of the commit (else what the file says)");
  cli::add_flag(*record_, "--elsewhere", elsewhere_,
                "the files were not measured here: take nothing from this machine and checkout", kGroup);
  cli::add_flag(*record_, "--no-samples", no_samples_, "keep median and quartiles alone", kGroup);
  cli::add_common_options(*record_, common_);

  import_ = add_job(app(), "import", "add the runs of an export; those that are there already stay as they are", "");
  import_->add_option("FILE", file_, "what `perfbench history export` wrote; - for standard input")
      ->type_name("FILE")
      ->group(kGroup)
      ->required();
  cli::add_common_options(*import_, common_);
  export_ = add_job(app(), "export", "write all runs as JSON, one document a line", "");
  export_->add_option("FILE", file_, "where to; - for standard output")->type_name("FILE")->group(kGroup)->required();
  add_selection(*export_);
  cli::add_common_options(*export_, common_);
}

void HistoryJob::add_reading() {
  list_ = add_job(app(), "list", "show the runs", "");
  add_selection(*list_);
  cli::add_common_options(*list_, common_);

  show_ = add_job(app(), "show", "show benchmarks over time, with changes that last and slow drifts",
                  "EXAMPLES\n"
                  "  perfbench history show --fail-on change --since 5 --branch main\n");
  show_->add_option("REGEX", pattern_, "benchmarks whose names match; all without it")
      ->type_name("REGEX")
      ->group(kGroup);
  add_selection(*show_);
  cli::add_text_option(*show_, "--since", since_, "N", "a change is new within the last N runs (10)", kGroup);
  cli::add_text_option(*show_, "--fail-on", fail_on_, "change",
                       "exit 1 when the newest change is new and for the worse", kGroup);
  cli::add_common_options(*show_, common_);

  compare_ = add_job(app(), "compare", "compare two versions, commits, branches, baselines or runs",
                     "EXAMPLES\n"
                     "  perfbench history compare v1.2 v1.3 --fail-on slower\n"
                     "  perfbench history compare --environments 3f2a 9c01\n");
  compare_->add_option("BASE", first_, "version, commit, branch, baseline or run")
      ->type_name("BASE")
      ->group(kGroup)
      ->required();
  compare_->add_option("NEW", second_, "likewise")->type_name("NEW")->group(kGroup)->required();
  cli::add_flag(*compare_, "--environments", environments_,
                "BASE and NEW are environments, by the first digits of their fingerprints", kGroup);
  add_selection(*compare_);
  cli::add_text_option(*compare_, "--threshold", threshold_, "PERCENT", "margin of 'the same' (2%)", kGroup);
  cli::add_text_option(*compare_, "--fail-on", fail_on_, "slower|inconclusive|missing", "exit 1 for this verdict",
                       kGroup);
  cli::add_common_options(*compare_, common_);
}

void HistoryJob::add_keeping() {
  baseline_ = add_job(app(), "baseline", "name runs that others are compared with", "");
  baseline_->require_subcommand(0, 1);
  baseline_set_ = add_job(*baseline_, "set", "make a run the baseline of its environment", "");
  baseline_set_->add_option("NAME", first_, "of the baseline")->type_name("NAME")->group(kGroup)->required();
  baseline_set_->add_option("RUN", second_, "version, commit, branch or run; the latest run without it")
      ->type_name("RUN")
      ->group(kGroup);
  cli::add_common_options(*baseline_set_, common_);
  baseline_list_ = add_job(*baseline_, "list", "show the baselines", "");
  cli::add_common_options(*baseline_list_, common_);
  cli::add_common_options(*baseline_, common_);

  prune_ = add_job(app(), "prune", "remove old runs, but never a baseline",
                   "EXAMPLES\n"
                   "  perfbench history prune --keep 500\n"
                   "  perfbench history prune --before 2026-01-01 --dry-run\n");
  cli::add_text_option(*prune_, "--keep", keep_, "N", "all but the latest N runs of each environment and branch",
                       kGroup);
  cli::add_text_option(*prune_, "--before", before_, "DATE", "those that were measured before", kGroup);
  cli::add_common_options(*prune_, common_);
}

int HistoryJob::run() {
  const std::pair<CLI::App*, int (HistoryJob::*)()> jobs[] = {{record_, &HistoryJob::record},
                                                              {list_, &HistoryJob::list},
                                                              {show_, &HistoryJob::show},
                                                              {compare_, &HistoryJob::compare},
                                                              {prune_, &HistoryJob::prune},
                                                              {export_, &HistoryJob::export_to},
                                                              {import_, &HistoryJob::import_from},
                                                              {baseline_set_, &HistoryJob::set_baseline},
                                                              {baseline_list_, &HistoryJob::list_baselines}};
  for (const auto& [job, action] : jobs) {
    if (!job->parsed()) continue;
    (void)cli::parse_format(common_.format);
    (void)cli::parse_color(common_.color);
    return (this->*action)();
  }
  if (baseline_->parsed()) throw BadInput("baseline: say what to do: set NAME [RUN], or list");
  throw BadInput("history: say what to do: record, list, show, compare, baseline, prune, export or import");
}

std::string HistoryJob::store_path() const {
  if (!store_.empty()) return store_;
  const char* variable = std::getenv("PERFOPT_HISTORY");
  return variable == nullptr ? "" : variable;
}

store::History HistoryJob::open(bool create) const {
  const std::string given = store_path();
  return store::History::open(given.empty() ? default_store(create) : given, create);
}

std::size_t HistoryJob::whole(const std::string& text, const char* flag) const {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  constexpr std::size_t kMost = 100'000'000;
  if (error != std::errc() || end != text.data() + text.size() || value == 0 || value > kMost) {
    throw BadInput(std::string(flag) + ": '" + text + "' is no whole number from 1 to 100000000");
  }
  return value;
}

std::string HistoryJob::environment_called(store::History& history) const {
  if (environment_.empty()) return "";
  std::string found;
  for (const store::SeriesKey& key : history.series()) {
    if (!key.environment.starts_with(environment_) || key.environment == found) continue;
    if (!found.empty()) {
      throw BadInput("--environment: '" + environment_ + "' is the start of several fingerprints; give more digits");
    }
    found = key.environment;
  }
  if (found.empty()) {
    throw BadInput("--environment: no run has an environment '" + environment_ +
                   "'; `perfbench history list` shows them");
  }
  return found;
}

int HistoryJob::list() {
  store::History history = open(false);
  store::RunFilter filter;
  filter.branch = branch_;
  filter.environment = environment_called(history);
  if (!last_.empty()) filter.last = whole(last_, "--last");
  model::History document;
  document.runs = history.runs(filter);
  if (document.runs.empty()) note("no run fits");
  deliver(document);
  return 0;
}

int HistoryJob::set_baseline() {
  if (first_.empty()) throw BadInput("baseline set: the name is empty");
  store::History history = open(false);
  std::vector<model::HistoryRun> runs = history.runs();
  if (runs.empty()) throw BadInput("baseline set: there are no runs yet; `perfbench history record` adds them");
  std::vector<std::size_t> chosen{runs.size() - 1};
  if (!second_.empty()) chosen = stats::runs_called(runs, second_);
  // Several runs of a version: the latest of each environment.
  for (const std::size_t i : chosen) history.set_baseline(first_, runs[i].id);
  model::History document;
  for (model::HistoryBaseline& baseline : history.baselines()) {
    if (baseline.name == first_) document.baselines.push_back(std::move(baseline));
  }
  deliver(document);
  return 0;
}

int HistoryJob::list_baselines() {
  model::History document;
  document.baselines = open(false).baselines();
  if (document.baselines.empty()) note("there are no baselines; `perfbench history baseline set NAME` makes one");
  deliver(document);
  return 0;
}

int HistoryJob::prune() {
  if (keep_.empty() == before_.empty()) throw BadInput("prune: give --keep N or --before DATE");
  store::Pruned pruned;
  if (!keep_.empty()) {
    const std::size_t keep = whole(keep_, "--keep");
    pruned = open(false).prune_to(keep, common_.dry_run);
  } else {
    const auto moment = perfopt::parse_utc(before_);
    if (!moment) throw BadInput("--before: '" + before_ + "' is no date; write it as 2026-01-31");
    pruned = open(false).prune_before(*moment, common_.dry_run);
  }
  const std::string kept = pruned.kept_baselines == 0
                               ? ""
                               : "; " + std::to_string(pruned.kept_baselines) + " kept, because they are baselines";
  note(std::to_string(pruned.removed) + (common_.dry_run ? " runs would be removed" : " runs removed") + kept);
  return 0;
}

void HistoryJob::note(const std::string& text) const {
  if (!common_.quiet) cli::write_error("perfbench: " + cli::one_line(text) + "\n");
}

}  // namespace perfbench
