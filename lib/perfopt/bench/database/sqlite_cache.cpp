// SPDX-License-Identifier: Apache-2.0
// Read rows by key, at random, from a SQLite database that is larger than SQLite's default cache of pages.
//
// The file is in the page cache of the system for every strategy: what differs is how a page comes from there.
//
//   size    n, rows of about 100 bytes; 2,000 of them are read by one prepared statement
//   file    one for all rounds; each object has a connection of its own, which has read as many other rows before run()
//   check   the amounts, against their definition
//   source  SQLite documentation, "PRAGMA cache_size", "Memory-Mapped I/O"
#include <filesystem>
#include <string>
#include <vector>

#include "perfopt/bench/database/reading.hpp"
#include "perfopt/core/random.hpp"
#include "perfopt/optim/database/bulk_writer.hpp"
#include "perfopt/optim/database/sqlite.hpp"

namespace perfopt::bench {
namespace {

using optim::db::Sqlite;
using optim::db::SqliteStatement;

constexpr std::size_t kReads = 2000;
constexpr std::size_t kNoteCharacters = 80;
constexpr double kRowBytes = 100;

std::filesystem::path shared_file(const Setup& setup) {
  std::filesystem::path path = setup.scratch / "cache.db";
  if (std::filesystem::exists(path)) return path;
  Sqlite database(path);
  database.execute("PRAGMA synchronous = OFF; CREATE TABLE t (id INTEGER PRIMARY KEY, amount INTEGER, note TEXT)");
  optim::db::BulkWriter writer(database, "t", {"id", "amount", "note"});
  const std::string note(kNoteCharacters, 'n');
  for (std::int64_t id = 1; id <= static_cast<std::int64_t>(setup.size); ++id) {
    writer.add({id, amount_of(id), std::string_view(note)});
  }
  writer.finish();
  return path;
}

std::vector<std::int64_t> random_ids(std::size_t rows, std::uint64_t seed) {
  Random random(seed);
  std::vector<std::int64_t> ids(kReads);
  for (std::int64_t& id : ids) id = static_cast<std::int64_t>(1 + random.below(rows));
  return ids;
}

class CachedReads : public Reading {
 public:
  CachedReads(const Setup& setup, const char* setting)
      : database_(shared_file(setup)),
        ids_(random_ids(setup.size, setup.seed)),
        others_(random_ids(setup.size, ~setup.seed)) {
    database_.execute(setting);
  }
  Work work() const final { return {kReads, kReads * kRowBytes, {}}; }
  void warm() final { read(others_); }
  void run() final { read(ids_); }
  std::string conditions() const final { return "SQLite " + std::string(sqlite3_libversion()); }

 protected:
  std::vector<std::uint64_t> expected() const final {
    std::vector<std::uint64_t> amounts;
    for (const std::int64_t id : ids_) amounts.push_back(static_cast<std::uint64_t>(amount_of(id)));
    return amounts;
  }

 private:
  void read(const std::vector<std::int64_t>& ids) {
    results_.clear();
    SqliteStatement select(database_, "SELECT amount FROM t WHERE id = ?");
    for (const std::int64_t id : ids) {
      select.bind(1, id);
      add(select.step() ? select.integer(0) : -1);
      select.reset();
    }
  }

  Sqlite database_;
  const std::vector<std::int64_t> ids_;
  const std::vector<std::int64_t> others_;
};

struct Default final : CachedReads {
  explicit Default(const Setup& setup) : CachedReads(setup, "PRAGMA cache_size = -2000") {}
};
struct Large final : CachedReads {
  explicit Large(const Setup& setup) : CachedReads(setup, "PRAGMA cache_size = -65536") {}
};
struct Mapped final : CachedReads {
  explicit Mapped(const Setup& setup) : CachedReads(setup, "PRAGMA mmap_size = 268435456") {}
};

constexpr Strategy kStrategies[] = {
    {"cache_2mb", Level::baseline, "SQLite's default: 2 MB of pages", "", "", make<Default>},
    {"cache_64mib", Level::conservative, "PRAGMA cache_size: 64 MiB of pages", "", "that memory, for each connection",
     make<Large>},
    {"mapped", Level::balanced, "PRAGMA mmap_size: pages are read where the system has them", "",
     "an error of the disk becomes a signal (SIGBUS)", make<Mapped>},
};
constexpr Size kSizes[] = {{1'000, SizeClass::small}, {20'000, SizeClass::medium}, {100'000, SizeClass::large}};

}  // namespace

const Problem& database_sqlite_cache() {
  static constexpr Problem kProblem{
      .category = "database",
      .name = "sqlite_cache",
      .title = "Read 2,000 random rows of a SQLite database",
      .unit = "rows",
      .bytes_per_unit = kRowBytes,
      .squared = false,
      .max_size = 2'000'000,
      .sizes = kSizes,
      .strategies = kStrategies,
      .memory_bytes = [](std::size_t n) { return static_cast<double>(n) * 150 + 4e6; },
      .file_bytes = [](std::size_t n) { return static_cast<double>(n) * 150 + 1e5; },
  };
  return kProblem;
}

}  // namespace perfopt::bench
