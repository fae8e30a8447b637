// SPDX-License-Identifier: Apache-2.0
// Runs of benchmarks over time, in a file of SQLite or in PostgreSQL.
//
//   series       the results of one benchmark in one unit and one environment. Their points lie side by side, ordered
//                by time: reading one series costs the same however many others there are
//   durability   a run is recorded in one transaction: after record() it survives a crash of the machine, and a
//                recorder that is killed leaves the store as it was. Two recorders wait for each other (5 s at most)
//   identity     a run is known by its id: recording or importing it again changes nothing
//   version      an older store is brought up to date when it is opened, a newer one is refused
// Texts are stored as valid UTF-8 without zero bytes; anything else in them becomes U+FFFD.
//   errors  BadInput or SystemError in one line that names the store: no database, one of another program, no
//           permission, full disk; Unavailable for a server that cannot be reached, and in a build without databases
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "perfopt/model/history.hpp"
#include "perfopt/store/history_database.hpp"

namespace perfopt::store {

struct RunFilter {
  std::string branch = {};       // "" for all
  std::string environment = {};  // fingerprint; "" for all
  std::size_t last = 0;          // the latest so many; 0 for all
};

// A series without its points.
struct SeriesKey {
  std::int64_t id = 0;  // of this store
  std::string name, unit, environment, machine;
  bool higher_is_better = false;
};

struct SeriesPoint {
  std::int64_t run = 0;  // row of this store
  std::int64_t started_s = 0;
  double median = 0, low = 0, high = 0;
  std::uint64_t count = 0;
};

struct Pruned {
  std::size_t removed = 0;
  std::size_t kept_baselines = 0;  // that would have been removed
};

[[nodiscard]] bool is_postgres_url(std::string_view target);

class History {
 public:
  // `target`: a path, or a URL of PostgreSQL. `create`: makes a store where there is none; else that is BadInput.
  static History open(const std::string& target, bool create);

  // True when it was not there yet. Its id is that of its content (model::id_of) unless it has one. `keep_samples`:
  // with raw samples. Baselines of the run are set where the environment has none of that name.
  bool record(const model::HistoryRun& run, bool keep_samples = true);
  // Several in one transaction; how many were not there yet.
  std::size_t record_all(std::span<const model::HistoryRun> runs, bool keep_samples = true);

  // By time, without results.
  [[nodiscard]] std::vector<model::HistoryRun> runs(const RunFilter& filter = {});
  // With results and samples. Throws BadInput for an id that no run has.
  [[nodiscard]] model::HistoryRun run(const std::string& id);
  // The run of a point, without results.
  [[nodiscard]] model::HistoryRun run_of(std::int64_t row);

  [[nodiscard]] std::vector<SeriesKey> series();
  // By time; the latest `last`, or all for 0. `branch` as in RunFilter.
  [[nodiscard]] std::vector<SeriesPoint> points(std::int64_t series, std::size_t last = 0,
                                                const std::string& branch = "");

  // `run`: its id. Replaces that of the same name and environment.
  void set_baseline(const std::string& name, const std::string& run);
  [[nodiscard]] std::vector<model::HistoryBaseline> baselines();

  // Removes runs, never a baseline: all but the latest `keep` of each environment and branch, or those before a moment.
  // `dry_run` counts them and removes nothing.
  Pruned prune_to(std::size_t keep, bool dry_run = false);
  Pruned prune_before(std::int64_t unix_s, bool dry_run = false);

 private:
  explicit History(std::unique_ptr<HistoryDatabase> database) : database_(std::move(database)) {}

  bool insert(const model::HistoryRun& run, bool keep_samples);
  std::int64_t environment_row(const std::string& fingerprint, const std::string& machine);
  std::int64_t series_row(const model::HistoryResult& result, std::int64_t environment);
  void insert_results(const model::HistoryRun& run, std::int64_t row, std::int64_t environment, bool keep_samples);
  void add_baselines(std::vector<model::HistoryRun>& runs);
  void remove(std::int64_t row);
  Pruned prune(std::string_view candidates, std::int64_t limit, bool dry_run);

  std::unique_ptr<HistoryDatabase> database_;
  std::map<std::string, std::int64_t> series_rows_;  // by digest; of the transaction under way
};

}  // namespace perfopt::store
