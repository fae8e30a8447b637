// SPDX-License-Identifier: Apache-2.0
// The history on SQLite and on PostgreSQL: one body of tests for both.
#include "perfopt/store/history.hpp"

#include <array>
#include <filesystem>
#include <limits>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "../file_size_limit.hpp"
#include "perfopt/bench/database/postgres_cluster.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/core/temp_dir.hpp"
#include "perfopt/core/timestamp.hpp"
#include "perfopt/optim/database/postgres.hpp"
#include "perfopt/optim/database/sqlite.hpp"

using namespace perfopt;
using perfopt::bench::PostgresCluster;
using perfopt::store::History;
namespace fs = std::filesystem;

namespace {

const std::string kLaptop = model::fingerprint_of("laptop");
const std::string kServer = model::fingerprint_of("server");

// Run number `i`, a day after that before it; "sort" takes 100 + i ns.
model::HistoryRun run_number(int i, const std::string& environment = kLaptop, const std::string& branch = "main") {
  model::HistoryRun run;
  run.started = utc_text(1'700'000'000 + 86'400 * i);
  run.commit = "c0ffee" + std::to_string(i);
  run.branch = branch;
  run.environment = environment;
  run.machine = environment == kLaptop ? "laptop" : "server";
  run.tool = "perfopt";
  run.origin = "results.json";
  const double median = 100.0 + i;
  run.results.push_back({"sort", "ns", false, median, median - 1, median + 1, 3, {median - 1, median, median + 1}});
  run.results.push_back({"rate", "items/s", true, 1e9 / median, 1, 2, 0, {}});
  return run;
}

std::string message_of(auto&& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::int64_t series_named(History& history, const std::string& name, const std::string& environment = kLaptop) {
  for (const store::SeriesKey& key : history.series()) {
    if (key.name == name && key.environment == environment) return key.id;
  }
  return 0;
}

void check_round_trip(History& history) {
  const model::HistoryRun run = run_number(1);
  CHECK(history.record(run));
  CHECK_FALSE(history.record(run));
  const auto listed = history.runs();
  REQUIRE(listed.size() == 1);
  CHECK(listed[0].id == model::id_of(run));
  const model::HistoryRun back = history.run(listed[0].id);
  CHECK(back.started == run.started);
  CHECK(back.commit == "c0ffee1");
  CHECK(back.branch == "main");
  CHECK(back.environment == kLaptop);
  CHECK(back.machine == "laptop");
  CHECK(back.origin == "results.json");
  REQUIRE(back.results.size() == 2);
  CHECK(back.results[0].name == "sort");
  CHECK(back.results[0].samples == run.results[0].samples);
  CHECK(back.results[1].higher_is_better);
  CHECK(back.results[1].median == run.results[1].median);
  CHECK(back.results[1].samples.empty());
  CHECK(model::id_of(back) == back.id);
  CHECK(contains(message_of([&] { (void)history.run("0000"); }), "no run has the id '0000'"));
}

void check_points(History& history) {
  // Recorded in another order than measured.
  for (const int i : {5, 3, 4, 2}) CHECK(history.record(run_number(i)));
  CHECK(history.record(run_number(6, kServer)));
  CHECK(history.record(run_number(7, kLaptop, "topic"), false));
  const std::int64_t sort = series_named(history, "sort");
  const auto points = history.points(sort);
  REQUIRE(points.size() == 6);
  for (std::size_t i = 1; i < points.size(); ++i) CHECK(points[i - 1].started_s < points[i].started_s);
  CHECK(points[0].median == 101);
  CHECK(points[0].low == 100);
  CHECK(points[0].count == 3);
  CHECK(history.run_of(points[5].run).branch == "topic");
  CHECK(history.points(sort, 2)[0].median == 105);
  CHECK(history.points(sort, 0, "main").size() == 5);
  CHECK(history.points(sort, 1, "main")[0].median == 105);
  CHECK(history.points(series_named(history, "sort", kServer)).size() == 1);
  CHECK(history.runs({.branch = "topic"}).size() == 1);
  CHECK(history.runs({.environment = kServer}).size() == 1);
  CHECK(history.runs({.last = 2})[1].branch == "topic");
  CHECK(history.run(history.runs({.branch = "topic"})[0].id).results[0].samples.empty());
}

void check_baselines_and_pruning(History& history) {
  const std::string first = history.runs()[0].id;
  history.set_baseline("release", history.runs()[1].id);
  history.set_baseline("release", first);
  history.set_baseline("release", history.runs({.environment = kServer})[0].id);
  const auto baselines = history.baselines();
  REQUIRE(baselines.size() == 2);
  for (const auto& baseline : baselines) CHECK(baseline.machine == (baseline.run == first ? "laptop" : "server"));
  CHECK(history.run(first).baselines == std::vector<std::string>{"release"});
  CHECK(contains(message_of([&] { history.set_baseline("x", "none"); }), "no run has the id 'none'"));

  const store::Pruned pruned = history.prune_to(2);
  CHECK(pruned.removed == 2);
  CHECK(pruned.kept_baselines == 1);
  CHECK(history.runs().size() == 5);
  CHECK(history.points(series_named(history, "sort")).size() == 4);
  const store::Pruned all = history.prune_before(std::numeric_limits<std::int64_t>::max());
  CHECK(all.removed == 3);
  CHECK(all.kept_baselines == 2);
  CHECK(history.runs().size() == 2);
  CHECK(history.series().size() == 4);
}

void check_hostile_names(History& history) {
  model::HistoryRun run = run_number(50);
  const std::string zero("a\0b", 3);
  run.commit = "'; DROP TABLE runs; --";
  run.branch = zero;
  run.version = "\xff\xc3(\xed\xa0\x80";
  run.results.clear();
  const std::vector<std::string> names{"'\"`;--", "two\nlines\ttab\\", std::string(10'000, 'x'),
                                       "\xF0\x9F\x90\x8C gl\xC3\xBC"
                                       "ck",
                                       ""};
  for (const std::string& name : names) run.results.push_back({name, "ns", false, 1, 1, 1, 1, {1}});
  CHECK(history.record(run));
  const model::HistoryRun back = history.run(model::id_of(run));
  CHECK(back.commit == run.commit);
  CHECK(back.branch ==
        "a\xEF\xBF\xBD"
        "b");
  CHECK_FALSE(contains(back.version, "\xff"));
  REQUIRE(back.results.size() == names.size());
  for (std::size_t i = 0; i < names.size(); ++i) CHECK(back.results[i].name == names[i]);
}

void check_all_or_nothing(History& history) {
  const std::size_t before = history.runs().size();
  std::vector<model::HistoryRun> runs{run_number(60), run_number(61)};
  runs[1].results.push_back(runs[1].results[0]);
  CHECK(contains(message_of([&] { (void)history.record_all(runs); }), "'sort' stands twice in one run"));
  runs[1] = run_number(61);
  runs[1].started = "yesterday";
  CHECK(contains(message_of([&] { (void)history.record_all(runs); }), "'yesterday' is no time"));
  runs[1] = run_number(61, "no-fingerprint");
  CHECK(contains(message_of([&] { (void)history.record_all(runs); }), "is no fingerprint"));
  CHECK(history.runs().size() == before);
  runs[1] = run_number(61);
  CHECK(history.record_all(runs) == 2);
}

// Recorders that come at once: each run is there afterwards, and the tables are made once.
void check_recorders(const std::string& target) {
  constexpr int kEach = 8;
  std::array<std::string, 3> errors;
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < errors.size(); ++t) {
    threads.emplace_back([&, t] {
      errors[t] = message_of([&] {
        History history = History::open(target, true);
        for (int i = 0; i < kEach; ++i) history.record(run_number(100 * static_cast<int>(t + 1) + i));
      });
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string& error : errors) CHECK(error == "");
  CHECK(History::open(target, false).runs().size() == errors.size() * kEach);
}

void check_all(const std::string& target) {
  History history = History::open(target, true);
  check_round_trip(history);
  check_points(history);
  check_baselines_and_pruning(history);
  check_hostile_names(history);
  check_all_or_nothing(history);
  History again = History::open(target, false);
  CHECK(again.runs().size() == history.runs().size());
}

// Steps that a later version might have.
constexpr std::string_view kMore = "ALTER TABLE runs ADD COLUMN extra TEXT NOT NULL DEFAULT 'new'";
std::vector<std::string_view> later_schema() {
  std::vector<std::string_view> steps(store::history_schema().begin(), store::history_schema().end());
  steps.push_back(kMore);
  return steps;
}

void check_versions(const std::string& target, const auto& open) {
  CHECK(History::open(target, true).record(run_number(1)));
  const auto later = open(later_schema());
  std::string extra;
  later->query("SELECT extra FROM runs", {}, [&](const store::SqlRow& row) { extra = row.text(0); });
  CHECK(extra == "new");
  CHECK(contains(message_of([&] { (void)History::open(target, false); }), "has version 2, this build knows"));
  CHECK(contains(message_of([&] { (void)History::open(target, true); }), "update perfopt"));
}

std::unique_ptr<PostgresCluster> cluster_in(const TempDir& scratch) {
  try {
    return std::make_unique<PostgresCluster>(bench::ServiceContext{scratch.path()});
  } catch (const Unavailable& reason) {
    MESSAGE("skipped: " << reason.what());
    return nullptr;
  }
}

std::string url_of(const PostgresCluster& cluster, const std::string& database) {
  optim::db::Postgres connection(cluster.target());
  (void)connection.execute("CREATE DATABASE " + database);
  return "postgresql://" + std::string(PostgresCluster::kUser) + "@/" + database +
         "?host=" + cluster.socket_directory().string();
}

}  // namespace

TEST_CASE("history in SQLite: what was recorded is found again, whole and in order") {
  const TempDir scratch("perfopt-history");
  check_all((scratch.path() / "history.sqlite").string());
  check_recorders((scratch.path() / "many.sqlite").string());
  const std::string versions = (scratch.path() / "versions.sqlite").string();
  check_versions(versions, [&](const auto& steps) { return store::open_sqlite_history(versions, true, steps); });
  for (const auto& entry : fs::directory_iterator(scratch.path())) CHECK(entry.path().extension() == ".sqlite");
}

TEST_CASE("history in PostgreSQL: what was recorded is found again, whole and in order") {
  const TempDir scratch("perfopt-history");
  const auto cluster = cluster_in(scratch);
  if (!cluster) return;
  const std::string all = url_of(*cluster, "history");
  CHECK(contains(message_of([&] { (void)History::open(all, false); }), "no history yet"));
  check_all(all);
  check_recorders(url_of(*cluster, "many"));
  const std::string versions = url_of(*cluster, "versions");
  check_versions(versions, [&](const auto& steps) { return store::open_postgres_history(versions, true, steps); });
}

TEST_CASE("history: what is no store is refused in one line, and left as it was") {
  const TempDir scratch("perfopt-history");
  const fs::path path = scratch.path() / "history.sqlite";
  const auto refusal = [&](bool create) { return message_of([&] { (void)History::open(path.string(), create); }); };
  CHECK(contains(refusal(false), "there is no history yet"));
  CHECK_FALSE(fs::exists(path));
  write_atomically(path, "");
  CHECK(contains(refusal(false), "there is no history in it yet"));
  CHECK(refusal(true) == "");
  const std::string text(5000, 'x');
  write_atomically(path, text);
  for (const bool create : {false, true}) CHECK(contains(refusal(create), "it is no SQLite database"));
  CHECK(read_file(path) == text);
  fs::remove(path);
  fs::create_directory(path);
  CHECK(contains(refusal(true), "it cannot be opened"));
  fs::remove(path);
  optim::db::Sqlite(path.string()).execute("CREATE TABLE others (id INTEGER)");
  for (const bool create : {false, true}) CHECK(contains(refusal(create), "of another program"));
  CHECK(
      contains(message_of([&] { (void)History::open((scratch.path() / "no/x").string(), true); }), "no/x: it cannot"));
}

TEST_CASE("history: a store that was cut is told, and a full disk loses nothing") {
  const TempDir scratch("perfopt-history");
  const std::string path = (scratch.path() / "history.sqlite").string();
  for (int i = 0; i < 50; ++i) History::open(path, true).record(run_number(i));
  {
    const FileSizeLimit limit(fs::file_size(path));
    model::HistoryRun large = run_number(99);
    large.results[0].samples.assign(100'000, 1.5);
    History history = History::open(path, true);
    CHECK(contains(message_of([&] { history.record(large); }), "write " + path + " (free some space"));
  }
  CHECK(History::open(path, false).runs().size() == 50);
  fs::resize_file(path, fs::file_size(path) / 2);
  const std::string said = message_of([&] {
    History history = History::open(path, false);
    for (const store::SeriesKey& key : history.series()) (void)history.points(key.id);
    (void)history.runs();
  });
  CHECK(contains(said, path + ": the database is damaged"));
}
