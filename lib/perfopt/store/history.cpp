// SPDX-License-Identifier: Apache-2.0
#include "perfopt/store/history.hpp"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

#include "perfopt/core/error.hpp"
#include "perfopt/core/timestamp.hpp"
#include "perfopt/store/history_text.hpp"

namespace perfopt::store {
namespace {

constexpr std::int64_t kAll = std::numeric_limits<std::int64_t>::max();
constexpr auto kIgnore = [](const SqlRow&) {};

constexpr std::string_view kRunColumns =
    "SELECT r.digest, r.started_s, r.revision, r.branch, r.version, r.dirty, r.tool, r.origin, e.fingerprint, "
    "e.machine ";

std::int64_t limit_of(std::size_t last) {
  return last == 0 ? kAll : static_cast<std::int64_t>(last);
}

model::HistoryRun run_from(const SqlRow& row) {
  model::HistoryRun run;
  run.id = row.text(0);
  run.started = utc_text(row.integer(1));
  run.commit = row.text(2);
  run.branch = row.text(3);
  run.version = row.text(4);
  run.dirty = row.integer(5) != 0;
  run.tool = row.text(6);
  run.origin = row.text(7);
  run.environment = row.text(8);
  run.machine = row.text(9);
  return run;
}

std::vector<double> unpacked(const std::string& bytes) {
  std::vector<double> values(bytes.size() / sizeof(double));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), values.size() * sizeof(double));
  return values;
}

std::string digest_of(const model::HistoryResult& result, std::int64_t environment) {
  const std::string text = std::to_string(environment) + (result.higher_is_better ? "+" : "-") +
                           std::to_string(result.unit.size()) + ":" + result.unit + result.name;
  const XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
  return std::to_string(hash.high64) + "/" + std::to_string(hash.low64);
}

std::int64_t started_s(const model::HistoryRun& run) {
  const auto moment = parse_utc(run.started);
  if (!moment) {
    throw BadInput("run " + run.id + ": '" + run.started + "' is no time; write it as 2026-11-21T13:53:43Z");
  }
  return *moment;
}

bool is_fingerprint(std::string_view text) {
  return text.size() == 16 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

bool is_postgres_url(std::string_view target) {
  return target.starts_with("postgresql://") || target.starts_with("postgres://");
}

History History::open(const std::string& target, bool create) {
  return History(is_postgres_url(target) ? open_postgres_history(target, create) : open_sqlite_history(target, create));
}

bool History::record(const model::HistoryRun& run, bool keep_samples) {
  return record_all(std::span(&run, 1), keep_samples) == 1;
}

std::size_t History::record_all(std::span<const model::HistoryRun> runs, bool keep_samples) {
  std::size_t added = 0;
  database_->transaction([&] {
    series_rows_.clear();
    added = 0;
    for (const model::HistoryRun& run : runs) added += insert(run, keep_samples) ? 1U : 0U;
  });
  return added;
}

bool History::insert(const model::HistoryRun& run, bool keep_samples) {
  if (!is_fingerprint(run.environment)) {
    throw BadInput("run " + run.id + ": '" + run.environment + "' is no fingerprint of an environment");
  }
  const std::string id = run.id.empty() ? model::id_of(run) : storable(run.id);
  const std::int64_t moment = started_s(run);
  const std::int64_t environment = environment_row(run.environment, storable(run.machine));
  const std::array texts{storable(run.commit), storable(run.branch), storable(run.version), storable(run.tool),
                         storable(run.origin)};
  const std::array<SqlValue, 9> values{
      id, moment, environment, texts[0], texts[1], texts[2], std::int64_t{run.dirty ? 1 : 0}, texts[3], texts[4]};
  std::int64_t row = 0;
  database_->query(
      "INSERT INTO runs (digest, started_s, environment, revision, branch, version, dirty, tool, origin) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING RETURNING id",
      values, [&](const SqlRow& answer) { row = answer.integer(0); });
  const bool added = row != 0;
  if (added) {
    insert_results(run, row, environment, keep_samples);
  } else {
    database_->query("SELECT id FROM runs WHERE digest = $1", std::array<SqlValue, 1>{id},
                     [&](const SqlRow& answer) { row = answer.integer(0); });
  }
  for (const std::string& name : run.baselines) {
    const std::string text = storable(name);
    database_->query("INSERT INTO baselines (name, environment, run) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                     std::array<SqlValue, 3>{text, environment, row}, kIgnore);
  }
  return added;
}

std::int64_t History::environment_row(const std::string& fingerprint, const std::string& machine) {
  database_->query("INSERT INTO environments (fingerprint, machine) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                   std::array<SqlValue, 2>{fingerprint, machine}, kIgnore);
  std::int64_t id = 0;
  database_->query("SELECT id FROM environments WHERE fingerprint = $1", std::array<SqlValue, 1>{fingerprint},
                   [&](const SqlRow& row) { id = row.integer(0); });
  return id;
}

std::int64_t History::series_row(const model::HistoryResult& result, std::int64_t environment) {
  const std::string digest = digest_of(result, environment);
  if (series_rows_.empty()) {
    database_->query("SELECT digest, id FROM series", {},
                     [&](const SqlRow& row) { series_rows_[row.text(0)] = row.integer(1); });
  }
  const auto [known, is_new] = series_rows_.try_emplace(digest, 0);
  if (!is_new) return known->second;
  const std::string name = storable(result.name);
  const std::string unit = storable(result.unit);
  database_->query(
      "INSERT INTO series (digest, environment, name, unit, higher_is_better) VALUES ($1, $2, $3, $4, $5) RETURNING id",
      std::array<SqlValue, 5>{digest, environment, name, unit, std::int64_t{result.higher_is_better ? 1 : 0}},
      [&](const SqlRow& row) { known->second = row.integer(0); });
  return known->second;
}

void History::insert_results(const model::HistoryRun& run, std::int64_t row, std::int64_t environment,
                             bool keep_samples) {
  const std::int64_t moment = started_s(run);
  for (const model::HistoryResult& result : run.results) {
    const std::int64_t series = series_row(result, environment);
    bool added = false;
    database_->query(
        "INSERT INTO results (series, started_s, run, median, low, high, samples) VALUES ($1, $2, $3, $4, $5, $6, $7) "
        "ON CONFLICT DO NOTHING RETURNING run",
        std::array<SqlValue, 7>{series, moment, row, result.median, result.low, result.high,
                                static_cast<std::int64_t>(result.count)},
        [&](const SqlRow&) { added = true; });
    if (!added) throw BadInput(run.origin + ": benchmark '" + result.name + "' stands twice in one run");
    if (!keep_samples || result.samples.empty()) continue;
    database_->query("INSERT INTO samples (run, series, content) VALUES ($1, $2, $3)",
                     std::array<SqlValue, 3>{row, series, std::as_bytes(std::span(result.samples))}, kIgnore);
  }
}

std::vector<model::HistoryRun> History::runs(const RunFilter& filter) {
  static const std::string kSql =
      std::string(kRunColumns) +
      "FROM runs r JOIN environments e ON e.id = r.environment WHERE ($1 = '' OR r.branch = $1) "
      "AND ($2 = '' OR e.fingerprint = $2) ORDER BY r.started_s DESC, r.id DESC LIMIT $3";
  std::vector<model::HistoryRun> found;
  database_->query(kSql, std::array<SqlValue, 3>{filter.branch, filter.environment, limit_of(filter.last)},
                   [&](const SqlRow& row) { found.push_back(run_from(row)); });
  std::reverse(found.begin(), found.end());
  add_baselines(found);
  return found;
}

void History::add_baselines(std::vector<model::HistoryRun>& runs) {
  for (const model::HistoryBaseline& baseline : baselines()) {
    const auto run =
        std::find_if(runs.begin(), runs.end(), [&](const auto& candidate) { return candidate.id == baseline.run; });
    if (run != runs.end()) run->baselines.push_back(baseline.name);
  }
}

model::HistoryRun History::run_of(std::int64_t row) {
  static const std::string kSql =
      std::string(kRunColumns) + "FROM runs r JOIN environments e ON e.id = r.environment WHERE r.id = $1";
  model::HistoryRun run;
  database_->query(kSql, std::array<SqlValue, 1>{row}, [&](const SqlRow& answer) { run = run_from(answer); });
  return run;
}

model::HistoryRun History::run(const std::string& id) {
  std::int64_t row = 0;
  std::int64_t environment = 0;
  std::int64_t moment = 0;
  database_->query("SELECT id, environment, started_s FROM runs WHERE digest = $1", std::array<SqlValue, 1>{id},
                   [&](const SqlRow& answer) {
                     row = answer.integer(0);
                     environment = answer.integer(1);
                     moment = answer.integer(2);
                   });
  if (row == 0) throw BadInput("no run has the id '" + id + "'; `perfbench history list` shows them");
  std::vector<model::HistoryRun> found{run_of(row)};
  add_baselines(found);
  model::HistoryRun& run = found.front();
  database_->query(
      "SELECT s.name, s.unit, s.higher_is_better, r.median, r.low, r.high, r.samples, p.content FROM series s "
      "JOIN results r ON r.series = s.id AND r.started_s = $1 AND r.run = $2 "
      "LEFT JOIN samples p ON p.run = r.run AND p.series = r.series WHERE s.environment = $3 ORDER BY s.id",
      std::array<SqlValue, 3>{moment, row, environment}, [&](const SqlRow& answer) {
        run.results.push_back({answer.text(0), answer.text(1), answer.integer(2) != 0, answer.real(3), answer.real(4),
                               answer.real(5), static_cast<std::uint64_t>(answer.integer(6)),
                               unpacked(answer.bytes(7))});
      });
  return run;
}

std::vector<SeriesKey> History::series() {
  std::vector<SeriesKey> found;
  database_->query(
      "SELECT s.id, s.name, s.unit, e.fingerprint, e.machine, s.higher_is_better FROM series s "
      "JOIN environments e ON e.id = s.environment ORDER BY s.id",
      {}, [&](const SqlRow& row) {
        found.push_back({row.integer(0), row.text(1), row.text(2), row.text(3), row.text(4), row.integer(5) != 0});
      });
  return found;
}

std::vector<SeriesPoint> History::points(std::int64_t series, std::size_t last, const std::string& branch) {
  constexpr std::string_view kEvery =
      "SELECT run, started_s, median, low, high, samples FROM results WHERE series = $1 "
      "ORDER BY started_s DESC, run DESC LIMIT $2";
  constexpr std::string_view kOfBranch =
      "SELECT p.run, p.started_s, p.median, p.low, p.high, p.samples FROM results p JOIN runs r ON r.id = p.run "
      "WHERE p.series = $1 AND r.branch = $2 ORDER BY p.started_s DESC, p.run DESC LIMIT $3";
  std::vector<SeriesPoint> found;
  const auto add = [&](const SqlRow& row) {
    found.push_back({row.integer(0), row.integer(1), row.real(2), row.real(3), row.real(4),
                     static_cast<std::uint64_t>(row.integer(5))});
  };
  if (branch.empty()) {
    database_->query(kEvery, std::array<SqlValue, 2>{series, limit_of(last)}, add);
  } else {
    database_->query(kOfBranch, std::array<SqlValue, 3>{series, branch, limit_of(last)}, add);
  }
  std::reverse(found.begin(), found.end());
  return found;
}

void History::set_baseline(const std::string& name, const std::string& run) {
  const std::string text = storable(name);
  bool done = false;
  database_->transaction([&] {
    database_->query(
        "INSERT INTO baselines (name, environment, run) SELECT CAST($1 AS TEXT), environment, id FROM runs "
        "WHERE digest = $2 ON CONFLICT (name, environment) DO UPDATE SET run = excluded.run RETURNING run",
        std::array<SqlValue, 2>{text, run}, [&](const SqlRow&) { done = true; });
  });
  if (!done) throw BadInput("no run has the id '" + run + "'; `perfbench history list` shows them");
}

std::vector<model::HistoryBaseline> History::baselines() {
  std::vector<model::HistoryBaseline> found;
  database_->query(
      "SELECT b.name, e.fingerprint, e.machine, r.digest, r.started_s, r.revision, r.version FROM baselines b "
      "JOIN runs r ON r.id = b.run JOIN environments e ON e.id = b.environment ORDER BY b.name, e.fingerprint",
      {}, [&](const SqlRow& row) {
        found.push_back(
            {row.text(0), row.text(1), row.text(2), row.text(3), utc_text(row.integer(4)), row.text(5), row.text(6)});
      });
  return found;
}

Pruned History::prune_to(std::size_t keep, bool dry_run) {
  return prune(
      "SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY environment, branch ORDER BY started_s DESC, id "
      "DESC) "
      "AS place FROM runs) AS ranked WHERE place > $1",
      static_cast<std::int64_t>(keep), dry_run);
}

Pruned History::prune_before(std::int64_t unix_s, bool dry_run) {
  return prune("SELECT id FROM runs WHERE started_s < $1", unix_s, dry_run);
}

Pruned History::prune(std::string_view candidates, std::int64_t limit, bool dry_run) {
  Pruned pruned;
  database_->transaction([&] {
    pruned = {};
    std::vector<std::int64_t> rows;
    database_->query(candidates, std::array<SqlValue, 1>{limit},
                     [&](const SqlRow& row) { rows.push_back(row.integer(0)); });
    std::vector<std::int64_t> kept;
    database_->query("SELECT run FROM baselines ORDER BY run", {},
                     [&](const SqlRow& row) { kept.push_back(row.integer(0)); });
    for (const std::int64_t row : rows) {
      if (std::binary_search(kept.begin(), kept.end(), row)) {
        ++pruned.kept_baselines;
      } else {
        if (!dry_run) remove(row);
        ++pruned.removed;
      }
    }
    database_->query("DELETE FROM series WHERE NOT EXISTS (SELECT 1 FROM results WHERE results.series = series.id)", {},
                     kIgnore);
  });
  return pruned;
}

void History::remove(std::int64_t row) {
  const std::array<SqlValue, 1> run{row};
  database_->query(
      "DELETE FROM results WHERE run = $1 AND started_s = (SELECT started_s FROM runs WHERE id = $1) "
      "AND series IN (SELECT s.id FROM series s JOIN runs r ON r.environment = s.environment WHERE r.id = $1)",
      run, kIgnore);
  database_->query("DELETE FROM samples WHERE run = $1", run, kIgnore);
  database_->query("DELETE FROM runs WHERE id = $1", run, kIgnore);
}

}  // namespace perfopt::store
