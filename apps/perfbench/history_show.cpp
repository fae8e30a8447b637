// SPDX-License-Identifier: Apache-2.0
// perfbench history show and compare, and how their documents are delivered.
#include <unistd.h>

#include <algorithm>
#include <map>
#include <unordered_map>

#include "history.hpp"
#include "perfopt/cli/progress.hpp"
#include "perfopt/cli/terminal.hpp"
#include "perfopt/core/cancellation.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/core/pattern.hpp"
#include "perfopt/core/units.hpp"
#include "perfopt/model/comparison_json.hpp"
#include "perfopt/model/history_json.hpp"
#include "perfopt/report/comparison_text.hpp"
#include "perfopt/report/comparison_view.hpp"
#include "perfopt/report/history_text.hpp"
#include "perfopt/stats/run_history.hpp"

namespace perfbench {
namespace {

namespace cli = perfopt::cli;
namespace model = perfopt::model;
namespace report = perfopt::report;
namespace stats = perfopt::stats;
namespace store = perfopt::store;
using perfopt::BadInput;

constexpr std::size_t kShown = 500;     // runs of a series, unless --last says otherwise
constexpr std::size_t kCompared = 100;  // runs of a side
constexpr std::size_t kSince = 10;

// Runs are looked up once, however many series they have points in.
class Runs {
 public:
  explicit Runs(store::History& history) : history_(history) {}
  const model::HistoryRun& of(std::int64_t row) {
    const auto found = runs_.find(row);
    return found != runs_.end() ? found->second : runs_.emplace(row, history_.run_of(row)).first->second;
  }

 private:
  store::History& history_;
  std::unordered_map<std::int64_t, model::HistoryRun> runs_;
};

model::HistorySeries series_of(const store::SeriesKey& key, const std::vector<store::SeriesPoint>& points, Runs& runs) {
  model::HistorySeries series;
  series.name = key.name;
  series.unit = key.unit;
  series.environment = key.environment;
  series.machine = key.machine;
  series.higher_is_better = key.higher_is_better;
  for (const store::SeriesPoint& point : points) {
    const model::HistoryRun& run = runs.of(point.run);
    series.points.push_back({run.id, run.started, run.commit, run.branch, run.version, run.dirty, point.median,
                             point.low, point.high, point.count});
  }
  return series;
}

cli::Format format_of(const cli::CommonOptions& common) {
  if (common.format.empty() && !common.output.empty()) return cli::Format::json;
  return cli::parse_format(common.format);
}

void write(const cli::CommonOptions& common, const std::string& text) {
  if (cli::to_file(common.output)) return perfopt::write_atomically(common.output, text);
  format_of(common) == cli::Format::console ? cli::write_console(text) : cli::write_output(text);
}

// The runs of one side that were measured in `environment`, the latest of them with their results.
stats::RunsToCompare side(store::History& history, const std::string& label, const std::vector<model::HistoryRun>& all,
                          const std::vector<std::size_t>& chosen, const std::string& environment, std::size_t most) {
  stats::RunsToCompare side{label, {}};
  for (auto i = chosen.rbegin(); i != chosen.rend() && side.runs.size() < most; ++i) {
    if (environment.empty() || all[*i].environment == environment) side.runs.push_back(history.run(all[*i].id));
  }
  std::ranges::reverse(side.runs);
  return side;
}

// The environment in which both sides were measured most often; "" for none.
std::string common_environment(const std::vector<model::HistoryRun>& runs, const std::vector<std::size_t>& base,
                               const std::vector<std::size_t>& changed) {
  std::map<std::string, std::pair<std::size_t, std::size_t>> counts;
  for (const std::size_t i : base) ++counts[runs[i].environment].first;
  for (const std::size_t i : changed) ++counts[runs[i].environment].second;
  std::string best;
  std::size_t most = 0;
  for (const auto& [environment, count] : counts) {
    if (std::min(count.first, count.second) <= most) continue;
    most = std::min(count.first, count.second);
    best = environment;
  }
  return best;
}

std::vector<std::size_t> runs_in(const std::vector<model::HistoryRun>& runs, const std::string& environment) {
  std::vector<std::size_t> found;
  std::string fingerprint;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (!runs[i].environment.starts_with(environment)) continue;
    if (!fingerprint.empty() && runs[i].environment != fingerprint) {
      throw BadInput("'" + environment + "' is the start of several fingerprints; give more digits");
    }
    fingerprint = runs[i].environment;
    found.push_back(i);
  }
  if (found.empty()) {
    throw BadInput("no run has an environment '" + environment + "'; `perfbench history list` shows them");
  }
  return found;
}

// Different machines: what differs may be all theirs.
void tell_environments(const stats::RunsToCompare& base, const stats::RunsToCompare& changed,
                       model::Comparison& comparison) {
  const model::HistoryRun& one = base.runs.back();
  const model::HistoryRun& other = changed.runs.back();
  if (one.environment == other.environment) return;
  comparison.doubts.push_back({"environment", "base: " + one.machine + "; new: " + other.machine,
                               "a difference may be that of the machines and not that of the code"});
}

double margin_of(const std::string& text) {
  constexpr double kUsual = 0.02;
  return text.empty() ? kUsual : perfopt::parse_percent(text, "--threshold");
}

}  // namespace

int HistoryJob::show() {
  if (!fail_on_.empty()) cli::require_choice("--fail-on", fail_on_, {"change"});
  const std::size_t last = last_.empty() ? kShown : whole(last_, "--last");
  const std::size_t since = since_.empty() ? kSince : whole(since_, "--since");
  const perfopt::Pattern pattern(pattern_, "show");
  store::History history = open(false);
  const std::string environment = environment_called(history);
  std::vector<store::SeriesKey> keys = history.series();
  std::erase_if(keys, [&](const store::SeriesKey& key) {
    return !pattern.found_in(key.name) || (!environment.empty() && key.environment != environment);
  });
  if (keys.empty() && !pattern_.empty()) throw BadInput("show: no benchmark matches '" + pattern_ + "'");

  perfopt::Cancellation cancellation;
  const perfopt::SignalGuard guard(cancellation);
  cli::ProgressLine line(common_.quiet);
  Runs runs(history);
  model::History document;
  for (std::size_t i = 0; i < keys.size() && !cancellation.requested(); ++i) {
    line.show(keys[i].name, i, keys.size(), 0);
    const auto points = history.points(keys[i].id, last, branch_);
    if (points.empty()) continue;
    document.series.push_back(series_of(keys[i], points, runs));
    stats::judge_series(document.series.back(), since);
  }
  line.clear();
  if (document.series.empty()) note("no run fits");
  deliver(document);
  if (cancellation.requested()) return 128 + perfopt::SignalGuard::received();
  return !fail_on_.empty() && std::ranges::any_of(document.series, stats::has_recent_slowdown) ? 1 : 0;
}

int HistoryJob::compare() {
  if (!fail_on_.empty()) cli::require_choice("--fail-on", fail_on_, {"slower", "inconclusive", "missing"});
  const double margin = margin_of(threshold_);
  const std::size_t most = last_.empty() ? kCompared : whole(last_, "--last");
  store::History history = open(false);
  store::RunFilter filter;
  filter.branch = branch_;
  filter.environment = environment_called(history);
  const std::vector<model::HistoryRun> runs = history.runs(filter);
  const auto base_runs = environments_ ? runs_in(runs, first_) : stats::runs_called(runs, first_);
  const auto changed_runs = environments_ ? runs_in(runs, second_) : stats::runs_called(runs, second_);
  const std::string shared = environments_ ? "" : common_environment(runs, base_runs, changed_runs);
  const stats::RunsToCompare base = side(history, first_, runs, base_runs, shared, most);
  const stats::RunsToCompare changed = side(history, second_, runs, changed_runs, shared, most);
  model::Comparison comparison = stats::compare_runs(base, changed, margin);
  comparison.settings.fail_on = {fail_on_.empty() ? "never" : fail_on_};
  tell_environments(base, changed, comparison);
  deliver(comparison);
  return report::tally(comparison).failures > 0 ? 1 : 0;
}

void HistoryJob::deliver(const model::History& history) const {
  const cli::Format format = format_of(common_);
  if (format == cli::Format::json) return write(common_, model::to_json_text(history));
  report::HistoryTextOptions options;
  options.color = !cli::to_file(common_.output) && cli::use_color(cli::parse_color(common_.color), STDOUT_FILENO);
  options.width = cli::terminal_width(STDOUT_FILENO);
  options.verbose = common_.verbose;
  if (format == cli::Format::markdown) options.format = report::HistoryFormat::markdown;
  if (format == cli::Format::csv) options.format = report::HistoryFormat::csv;
  write(common_, report::history_text(history, options));
}

void HistoryJob::deliver(const model::Comparison& comparison) const {
  const cli::Format format = format_of(common_);
  if (format == cli::Format::json) return write(common_, model::to_json_text(comparison));
  report::ComparisonTextOptions options;
  options.color = !cli::to_file(common_.output) && cli::use_color(cli::parse_color(common_.color), STDOUT_FILENO);
  options.width = cli::terminal_width(STDOUT_FILENO);
  options.verbose = common_.verbose;
  if (format == cli::Format::markdown) options.format = report::ComparisonFormat::markdown;
  if (format == cli::Format::csv) options.format = report::ComparisonFormat::csv;
  write(common_, report::comparison_text(comparison, options));
}

}  // namespace perfbench
