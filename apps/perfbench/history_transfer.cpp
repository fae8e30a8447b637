// SPDX-License-Identifier: Apache-2.0
// perfbench history record, import and export: what comes into a store and what leaves it.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>

#include "checkout.hpp"
#include "history.hpp"
#include "perfopt/cli/progress.hpp"
#include "perfopt/cli/terminal.hpp"
#include "perfopt/core/cancellation.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/core/temp_dir.hpp"
#include "perfopt/core/timestamp.hpp"
#include "perfopt/host/environment.hpp"
#include "perfopt/model/foreign_results.hpp"
#include "perfopt/model/history_json.hpp"
#include "perfopt/stats/paired.hpp"
#include "perfopt/stats/run_history.hpp"

namespace perfbench {
namespace {

namespace host = perfopt::host;
namespace cli = perfopt::cli;
namespace fs = std::filesystem;
namespace model = perfopt::model;
namespace stats = perfopt::stats;
namespace store = perfopt::store;
using perfopt::BadInput;

constexpr std::size_t kBatch = 500;  // runs of one transaction of an import

int code_of(const perfopt::Cancellation& cancellation) {
  return cancellation.requested() ? 128 + perfopt::SignalGuard::received() : 0;
}

// The machine that a file does not tell is the one on which it is recorded.
void complete(model::Environment& environment) {
  if (!environment.cpu_model.empty()) return;
  const model::Environment here = host::read_environment("/", perfopt::temp_parent());
  const std::string compiler = environment.compiler;
  environment = here;
  environment.compiler = compiler;
}

// What goes to a file under a temporary name until it is whole; "-" is standard output.
class Target {
 public:
  explicit Target(const std::string& name) : name_(name) {
    if (name == "-") return;
    partial_ = name + ".partial";
    fd_ = perfopt::open_file(partial_, O_WRONLY | O_CREAT | O_TRUNC);
  }
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;
  ~Target() {
    if (fd_) ::unlink(partial_.c_str());
  }
  void write(const std::string& text) const {
    if (!fd_) return cli::write_output(text);
    perfopt::write_all(fd_.get(), text, name_);
  }
  void finish() {
    if (!fd_) return;
    perfopt::sync_file(fd_.get(), name_);
    fs::rename(partial_, name_);
    fd_.reset();
  }

 private:
  std::string name_;
  std::string partial_;
  perfopt::UniqueFd fd_;
};

// The wall time of a body that computes tells each change of its CPU time once more; that of one that waits is kept.
void leave_out_told_twice(model::ResultSet& set) {
  constexpr double kComputes = 0.9;
  std::map<std::string, double> cpu_ns;
  for (const model::Result& result : set.results) {
    if (result.metric == "cpu_time") cpu_ns[result.name] = stats::median(result.samples);
  }
  std::erase_if(set.results, [&](const model::Result& result) {
    if (!result.name.ends_with(model::kWallSuffix)) return false;
    const auto cpu = cpu_ns.find(result.name.substr(0, result.name.size() - model::kWallSuffix.size()));
    return cpu != cpu_ns.end() && cpu->second >= kComputes * stats::median(result.samples);
  });
}

}  // namespace

model::HistoryRun HistoryJob::run_from_file(const std::string& file) const {
  model::ResultSet results = model::read_results(perfopt::read_file(file), file);
  leave_out_told_twice(results);
  const Checkout checkout = elsewhere_ ? Checkout() : look_at_checkout();
  if (!elsewhere_) complete(results.environment);
  if (!version_.empty()) results.version = version_;
  model::HistoryRun run = stats::run_of(results, perfopt::utc_text(perfopt::utc_now_s()));
  run.origin = fs::path(file).filename().string();
  if (!commit_.empty()) {
    run.commit = commit_;
  } else if (run.commit.empty()) {
    run.commit = checkout.commit;
    run.dirty = checkout.dirty;
  }
  if (!branch_.empty()) {
    run.branch = branch_;
  } else if (run.branch.empty()) {
    run.branch = checkout.branch;
  }
  if (!date_.empty()) {
    const auto moment = perfopt::parse_utc(date_ == "commit" ? commit_date(run.commit) : date_);
    if (!moment) throw BadInput("--date: '" + date_ + "' is no time; write it as 2026-11-21T13:53:43Z, or 'commit'");
    run.started = perfopt::utc_text(*moment);
  }
  if (run.results.empty()) throw BadInput(file + ": it has no result that could be recorded");
  run.id = model::id_of(run);
  return run;
}

int HistoryJob::record() {
  std::vector<model::HistoryRun> runs;
  for (const std::string& file : files_) runs.push_back(run_from_file(file));
  model::History document;
  perfopt::Cancellation cancellation;
  const perfopt::SignalGuard guard(cancellation);
  std::optional<store::History> history;
  if (!common_.dry_run) history = open(true);
  for (model::HistoryRun& run : runs) {
    if (cancellation.requested()) break;
    const bool added = !history || history->record(run, !no_samples_);
    if (!added) note(run.origin + ": it is there already, as run " + run.id.substr(0, 10));
    run.results.clear();
    document.runs.push_back(std::move(run));
  }
  deliver(document);
  return code_of(cancellation);
}

int HistoryJob::export_to() {
  store::History history = open(false);
  store::RunFilter filter;
  filter.branch = branch_;
  filter.environment = environment_called(history);
  if (!last_.empty()) filter.last = whole(last_, "--last");
  const std::vector<model::HistoryRun> runs = history.runs(filter);
  perfopt::Cancellation cancellation;
  const perfopt::SignalGuard guard(cancellation);
  cli::ProgressLine line(common_.quiet);
  Target target(file_);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (cancellation.requested()) return code_of(cancellation);
    line.show("runs", i, runs.size(), 0);
    model::History document;
    document.runs.push_back(history.run(runs[i].id));
    target.write(model::to_json_line(document));
  }
  target.finish();
  line.clear();
  note(std::to_string(runs.size()) + (runs.size() == 1 ? " run" : " runs") + " exported");
  return 0;
}

int HistoryJob::import_from() {
  const std::string text = perfopt::read_file(file_ == "-" ? "/dev/stdin" : file_);
  if (text.empty()) throw BadInput(file_ + ": it is empty; expected what `perfbench history export` wrote");
  const std::vector<model::HistoryRun> runs =
      model::history_from_file(text, file_ == "-" ? "standard input" : file_).runs;
  if (common_.dry_run) {
    note(std::to_string(runs.size()) + " runs would be imported");
    return 0;
  }
  perfopt::Cancellation cancellation;
  const perfopt::SignalGuard guard(cancellation);
  cli::ProgressLine line(common_.quiet);
  store::History history = open(true);
  std::size_t added = 0;
  std::size_t done = 0;
  while (done < runs.size() && !cancellation.requested()) {
    line.show("runs", done, runs.size(), 0);
    const auto batch = std::span(runs).subspan(done, std::min(kBatch, runs.size() - done));
    added += history.record_all(batch);
    done += batch.size();
  }
  line.clear();
  note(std::to_string(added) + " of " + std::to_string(done) + " runs imported" +
       (added == done ? "" : "; the others were there already"));
  return code_of(cancellation);
}

}  // namespace perfbench
