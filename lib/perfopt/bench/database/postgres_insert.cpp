// SPDX-License-Identifier: Apache-2.0
// Insert rows into a PostgreSQL table: statement by statement, many rows a statement, without waiting, or by COPY.
//
// All strategies use one transaction, so each pays for one durable commit.
//
//   size    n, rows of about 40 bytes
//   table   one an object, empty before run()
//   check   the table's content, ordered by key and read by another statement, is that of the rows generated
//   errors  Unavailable without a server to write to; SystemError when its disk is full
//   source  PostgreSQL documentation, "Populating a Database"; "Pipeline Mode" of libpq
#include <algorithm>

#include "perfopt/bench/database/postgres_server.hpp"
#include "perfopt/bench/database/rows.hpp"
#include "perfopt/optim/database/bulk_writer.hpp"

namespace perfopt::bench {
namespace {

using optim::db::BulkWriter;
using optim::db::CopyFormat;
using optim::db::Postgres;
using optim::db::PostgresPipeline;

constexpr std::size_t kRowsPerStatement = 100;

class PostgresInsert : public Workload {
 public:
  explicit PostgresInsert(const Setup& setup)
      : server_(setup.services->get<PostgresServer>()),
        table_(unique_name("insert")),
        rows_(make_rows(setup.size, setup.seed)) {
    (void)server_.setup().execute("CREATE TABLE " + table_ + " " + std::string(kRowColumns));
  }
  ~PostgresInsert() override { drop_table(server_, table_); }

  Work work() const final {
    const auto n = static_cast<double>(rows_.size());
    return {n, n * kRowBytes, {}};
  }
  // The session knows the table and its key before run(), as in a program that has been running for a while.
  void warm() final {
    (void)server_.session().execute("INSERT INTO " + table_ + " VALUES (0, 0, ''); DELETE FROM " + table_);
  }
  void poison() final {
    (void)server_.setup().execute("TRUNCATE " + table_);
    content_ = "poison";
  }
  Output output() final {
    content_.clear();
    const auto stored = server_.setup().execute("SELECT id, amount, note FROM " + table_ + " ORDER BY id");
    for (int i = 0; i < stored.rows(); ++i) {
      append_row(content_, stored.integer(i, 0), stored.integer(i, 1), stored.text(i, 2));
    }
    return exact<char>(Element::u8, content_);
  }
  void check(const Output& result) const final { require_rows(rows_, result); }
  std::string conditions() const final { return server_.conditions(); }

 protected:
  void append_values(std::string& sql, const Row& row) const {
    sql += '(' + std::to_string(row.id) + ", " + std::to_string(row.amount) + ", " + literal(row.note) + ')';
  }
  // Calls use(values) for each row with its values as text.
  template <class Use>
  void for_each_values(const Use& use) const {
    for (const Row& row : rows_) {
      const std::string id = std::to_string(row.id);
      const std::string amount = std::to_string(row.amount);
      const char* const values[] = {id.c_str(), amount.c_str(), row.note.c_str()};
      use(Postgres::Values(values));
    }
  }
  void prepare(Postgres& session) const { session.prepare(table_, "INSERT INTO " + table_ + " VALUES ($1, $2, $3)"); }
  void forget(Postgres& session) const { (void)session.execute("DEALLOCATE " + table_); }
  void copy(CopyFormat format) {
    BulkWriter writer(server_.session(), table_, {"id", "amount", "note"}, format);
    for (const Row& row : rows_) writer.add({row.id, row.amount, row.note});
    writer.finish();
  }

  PostgresServer& server_;
  const std::string table_;
  const std::vector<Row> rows_;

 private:
  std::string content_;
};

struct RowByRow final : PostgresInsert {
  using PostgresInsert::PostgresInsert;
  void run() override {
    Postgres& session = server_.session();
    (void)session.execute("BEGIN");
    std::string sql;
    for (const Row& row : rows_) {
      sql = "INSERT INTO " + table_ + " VALUES ";
      append_values(sql, row);
      (void)session.execute(sql);
    }
    (void)session.execute("COMMIT");
  }
};

struct Prepared final : PostgresInsert {
  using PostgresInsert::PostgresInsert;
  void run() override {
    Postgres& session = server_.session();
    prepare(session);
    (void)session.execute("BEGIN");
    for_each_values([&](Postgres::Values values) { (void)session.execute_prepared(table_, values); });
    (void)session.execute("COMMIT");
    forget(session);
  }
};

struct MultiRow final : PostgresInsert {
  using PostgresInsert::PostgresInsert;
  void run() override {
    Postgres& session = server_.session();
    (void)session.execute("BEGIN");
    for (std::size_t first = 0; first < rows_.size(); first += kRowsPerStatement) {
      std::string sql = "INSERT INTO " + table_ + " VALUES ";
      for (std::size_t i = first; i < std::min(first + kRowsPerStatement, rows_.size()); ++i) {
        if (i > first) sql += ", ";
        append_values(sql, rows_[i]);
      }
      (void)session.execute(sql);
    }
    (void)session.execute("COMMIT");
  }
};

// One implicit transaction: all that is sent before a synchronisation point.
struct Pipeline final : PostgresInsert {
  using PostgresInsert::PostgresInsert;
  void run() override {
    Postgres& session = server_.session();
    prepare(session);
    {
      PostgresPipeline pipeline(session);
      for_each_values([&](Postgres::Values values) { pipeline.send(table_, values); });
      pipeline.finish([](const optim::db::PostgresResult&) {});
    }
    forget(session);
  }
};

struct CopyText final : PostgresInsert {
  using PostgresInsert::PostgresInsert;
  void run() override { copy(CopyFormat::text); }
};

struct CopyBinary final : PostgresInsert {
  using PostgresInsert::PostgresInsert;
  void run() override { copy(CopyFormat::binary); }
};

constexpr Strategy kStrategies[] = {
    {"row_by_row", Level::baseline, "a statement of text for each row", "PostgreSQL", "", make<RowByRow>},
    {"prepared", Level::conservative, "a prepared statement for each row", "PostgreSQL", "", make<Prepared>},
    {"multi_row", Level::conservative, "statements of 100 rows", "PostgreSQL", "", make<MultiRow>},
    {"pipeline", Level::balanced, "prepared statements, sent without waiting for answers (libpq pipeline mode)",
     "PostgreSQL, libpq 14", "which row failed is known late", make<Pipeline>},
    {"copy_text", Level::balanced, "optim::db::BulkWriter: COPY as text", "PostgreSQL", "no ON CONFLICT, no RETURNING",
     make<CopyText>},
    {"copy_binary", Level::balanced, "optim::db::BulkWriter: COPY in binary form", "PostgreSQL",
     "no ON CONFLICT, no RETURNING; the types must be those of the columns", make<CopyBinary>},
};
constexpr Size kSizes[] = {{100, SizeClass::small}, {1'000, SizeClass::medium}, {10'000, SizeClass::large}};

}  // namespace

const Problem& database_postgres_insert() {
  static constexpr Problem kProblem{
      .category = "database",
      .name = "postgres_insert",
      .title = "Insert rows into a PostgreSQL table",
      .unit = "rows",
      .bytes_per_unit = kRowBytes,
      .squared = false,
      .max_size = 200'000,
      .sizes = kSizes,
      .strategies = kStrategies,
      .memory_bytes = [](std::size_t n) { return static_cast<double>(n) * 1'000 + 4e6; },
      .file_bytes = [](std::size_t n) { return static_cast<double>(n) * 400 + 100e6; },
      .weight = 2.5,
      .one_cpu = true,
  };
  return kProblem;
}

}  // namespace perfopt::bench
