// SPDX-License-Identifier: Apache-2.0
// Insert rows into a SQLite table on disk: a durable commit for each row, or one for all.
//
// What is bought differs in nothing but when the first row is safe: when run() ends, all rows survive a crash of the
// machine in every strategy (synchronous=FULL, rollback journal: SQLite's defaults).
//
//   size    n, rows of about 40 bytes
//   file    one database an object, with an empty table before run()
//   check   the table's content, ordered by key, is that of the rows that were generated
//   errors  SystemError for a full disk
//   source  SQLite documentation, "Frequently Asked Questions" (19): INSERT is really slow
#include <algorithm>
#include <chrono>

#include "perfopt/bench/database/rows.hpp"
#include "perfopt/bench/io/scratch_file.hpp"
#include "perfopt/core/units.hpp"
#include "perfopt/optim/database/bulk_writer.hpp"
#include "perfopt/optim/database/sqlite.hpp"

namespace perfopt::bench {
namespace {

using optim::db::BulkWriter;
using optim::db::Sqlite;
using optim::db::SqliteStatement;

constexpr std::size_t kRowsPerStatement = 100;
constexpr std::size_t kMostCommits = 500;  // beside the baseline's

class SqliteInsert : public Workload {
 public:
  explicit SqliteInsert(const Setup& setup)
      : file_(setup, "insert"), database_(file_.path()), rows_(make_rows(setup.size, setup.seed)) {
    database_.execute("PRAGMA synchronous = OFF; CREATE TABLE t " + std::string(kRowColumns) +
                      "; PRAGMA synchronous = FULL");
  }

  Work work() const final {
    const auto n = static_cast<double>(rows_.size());
    return {n, n * kRowBytes, {Limit::disk_syncs, commits()}};
  }
  void poison() final {
    database_.execute("PRAGMA synchronous = OFF; DELETE FROM t; PRAGMA synchronous = FULL");
    content_ = "poison";
  }
  Output output() final {
    content_.clear();
    SqliteStatement select(database_, "SELECT id, amount, note FROM t ORDER BY id");
    while (select.step()) append_row(content_, select.integer(0), select.integer(1), select.text(2));
    return exact<char>(Element::u8, content_);
  }
  void check(const Output& result) const final { require_rows(rows_, result); }
  std::string conditions() const final {
    return "SQLite " + std::string(sqlite3_libversion()) + ", rollback journal, synchronous=FULL";
  }

 protected:
  // Durable commits; each takes one sync of the disk at least.
  [[nodiscard]] virtual double commits() const { return 1; }
  [[nodiscard]] double row_count() const { return static_cast<double>(rows_.size()); }

  void insert_prepared() {
    SqliteStatement insert(database_, "INSERT INTO t VALUES (?, ?, ?)");
    for (const Row& row : rows_) {
      insert.bind(1, row.id);
      insert.bind(2, row.amount);
      insert.bind(3, std::string_view(row.note));
      insert.run();
    }
  }

  ScratchFile file_;
  Sqlite database_;
  const std::vector<Row> rows_;

 private:
  std::string content_;
};

struct Autocommit final : SqliteInsert {
  using SqliteInsert::SqliteInsert;
  double commits() const override { return row_count(); }
  void run() override {
    const auto start = std::chrono::steady_clock::now();
    for (const Row& row : rows_) {
      database_.execute("INSERT INTO t VALUES (" + std::to_string(row.id) + ", " + std::to_string(row.amount) + ", " +
                        literal(row.note) + ")");
    }
    took_ns_ = std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start).count();
  }
  std::string note() const override { return "a durable commit took " + format_duration_ns(took_ns_ / row_count()); }

 private:
  double took_ns_ = 0;
};

struct PreparedAutocommit final : SqliteInsert {
  explicit PreparedAutocommit(const Setup& setup) : SqliteInsert(setup) {
    if (setup.size > kMostCommits) {
      throw Unavailable("waits for the disk at each row as the baseline does: tried up to " +
                        std::to_string(kMostCommits) + " rows");
    }
  }
  double commits() const override { return row_count(); }
  void run() override { insert_prepared(); }
};

struct OneTransaction final : SqliteInsert {
  using SqliteInsert::SqliteInsert;
  void run() override {
    database_.execute("BEGIN");
    insert_prepared();
    database_.execute("COMMIT");
  }
};

struct MultiRow final : SqliteInsert {
  using SqliteInsert::SqliteInsert;
  void run() override {
    database_.execute("BEGIN");
    for (std::size_t first = 0; first < rows_.size(); first += kRowsPerStatement) {
      std::string sql = "INSERT INTO t VALUES ";
      for (std::size_t i = first; i < std::min(first + kRowsPerStatement, rows_.size()); ++i) {
        const Row& row = rows_[i];
        sql += (i == first ? "(" : ", (") + std::to_string(row.id) + ", " + std::to_string(row.amount) + ", " +
               literal(row.note) + ")";
      }
      database_.execute(sql);
    }
    database_.execute("COMMIT");
  }
};

struct Bulk final : SqliteInsert {
  using SqliteInsert::SqliteInsert;
  void run() override {
    BulkWriter writer(database_, "t", {"id", "amount", "note"});
    for (const Row& row : rows_) writer.add({row.id, row.amount, row.note});
    writer.finish();
  }
};

constexpr Strategy kStrategies[] = {
    {"autocommit", Level::baseline, "a statement of text for each row, which commits by itself", "", "",
     make<Autocommit>},
    {"prepared", Level::conservative, "a prepared statement, a commit for each row", "", "", make<PreparedAutocommit>},
    {"transaction", Level::conservative, "a prepared statement in one transaction", "", "no row is safe before the end",
     make<OneTransaction>},
    {"multi_row", Level::conservative, "statements of 100 rows in one transaction", "", "no row is safe before the end",
     make<MultiRow>},
    {"bulk_writer", Level::conservative, "optim::db::BulkWriter", "", "no row is safe before the end", make<Bulk>},
};
constexpr Size kSizes[] = {{10, SizeClass::small}, {100, SizeClass::medium}, {1'000, SizeClass::large}};

}  // namespace

const Problem& database_sqlite_insert() {
  static constexpr Problem kProblem{
      .category = "database",
      .name = "sqlite_insert",
      .title = "Insert rows into a SQLite table on disk",
      .unit = "rows",
      .bytes_per_unit = kRowBytes,
      .squared = false,
      .max_size = 100'000,
      .sizes = kSizes,
      .strategies = kStrategies,
      .memory_bytes = [](std::size_t n) { return static_cast<double>(n) * 400 + 4e6; },
      .file_bytes = [](std::size_t n) { return static_cast<double>(n) * 400 + 1e6; },
      .weight = 2.5,
  };
  return kProblem;
}

}  // namespace perfopt::bench
