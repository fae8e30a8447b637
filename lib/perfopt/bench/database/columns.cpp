// SPDX-License-Identifier: Apache-2.0
// One number of each of many wide rows: all columns, the one that is needed, or that one out of an index.
//
//   size    n, rows read of 10,000; about 1 KB each, in 21 columns
//   tables  two, shared by all: only one has the covering index, so that the planner has no choice
//   check   the numbers in order, against the rows' definition
//   errors  Unavailable without a server to write to
//   source  PostgreSQL documentation, "Index-Only Scans and Covering Indexes"
#include "perfopt/bench/database/reading.hpp"
#include "perfopt/core/random.hpp"

namespace perfopt::bench {
namespace {

using optim::db::Postgres;

constexpr std::int64_t kRows = 10'000;
constexpr int kTexts = 19;
constexpr double kRowBytes = kTexts * 50 + 16;

void build(Postgres& connection, const std::string& name, bool covered) {
  std::string columns;
  std::string values;
  for (int i = 0; i < kTexts; ++i) {
    columns += ", text_" + std::to_string(i) + " TEXT NOT NULL";
    values += ", rpad(md5((id + " + std::to_string(i) + ")::text), 50, 'x')";
  }
  (void)connection.execute("CREATE TABLE " + name + " (id BIGINT NOT NULL, amount BIGINT NOT NULL" + columns +
                           "); INSERT INTO " + name + " SELECT id, " + kAmountSql + values +
                           " FROM generate_series(1::bigint, " + std::to_string(kRows) + ") AS id; CREATE INDEX ON " +
                           name + " (id)" + (covered ? " INCLUDE (amount)" : ""));
  (void)connection.execute("VACUUM ANALYZE " + name);
}

class Columns : public PostgresReading {
 public:
  Columns(const Setup& setup, const std::string& table, const std::string& columns)
      : PostgresReading(setup), count_(static_cast<std::int64_t>(setup.size)) {
    first_ = 1 + static_cast<std::int64_t>(Random(setup.seed).below(static_cast<std::uint64_t>(kRows - count_ + 1)));
    server_.share(table, [&](Postgres& connection) { build(connection, table, table == "wide_covered"); });
    sql_ = "SELECT " + columns + " FROM " + table + " WHERE id >= $1 AND id < $2 ORDER BY id";
  }
  Work work() const final {
    const auto n = static_cast<double>(count_);
    return {n, n * sizeof(std::int64_t), {}};
  }
  void warm() final { (void)read(); }
  void run() final {
    results_.clear();
    const auto found = read();
    const int column = found.columns() > 1 ? 1 : 0;
    for (int i = 0; i < found.rows(); ++i) add(found.integer(i, column));
  }

 protected:
  std::vector<std::uint64_t> expected() const final {
    std::vector<std::uint64_t> values;
    for (std::int64_t id = first_; id < first_ + count_; ++id) {
      values.push_back(static_cast<std::uint64_t>(amount_of(id)));
    }
    return values;
  }

 private:
  optim::db::PostgresResult read() {
    const std::string first = std::to_string(first_);
    const std::string end = std::to_string(first_ + count_);
    const char* const values[] = {first.c_str(), end.c_str()};
    return server_.session().execute(sql_, values);
  }

  std::int64_t first_ = 0;
  const std::int64_t count_;
  std::string sql_;
};

struct All final : Columns {
  explicit All(const Setup& setup) : Columns(setup, "wide", "*") {}
};
struct Needed final : Columns {
  explicit Needed(const Setup& setup) : Columns(setup, "wide", "amount") {}
};
struct Covering final : Columns {
  explicit Covering(const Setup& setup) : Columns(setup, "wide_covered", "amount") {}
};

constexpr Strategy kStrategies[] = {
    {"all_columns", Level::baseline, "SELECT *", "PostgreSQL", "", make<All>},
    {"needed_column", Level::conservative, "SELECT with the one column that is used", "PostgreSQL", "", make<Needed>},
    {"covering_index", Level::conservative, "the column is in the index too: an index-only scan", "PostgreSQL",
     "a larger index, slower writes; needs VACUUM", make<Covering>},
};
constexpr Size kSizes[] = {{10, SizeClass::small}, {500, SizeClass::medium}, {5'000, SizeClass::large}};

}  // namespace

const Problem& database_columns() {
  static constexpr Problem kProblem{
      .category = "database",
      .name = "columns",
      .title = "One number of each of many wide rows",
      .unit = "rows",
      .bytes_per_unit = kRowBytes,
      .squared = false,
      .max_size = kRows,
      .sizes = kSizes,
      .strategies = kStrategies,
      .memory_bytes = [](std::size_t n) { return static_cast<double>(n) * 4'000 + 1e6; },
      .file_bytes = [](std::size_t) { return 2 * kRows * kRowBytes * 2; },
      .one_cpu = true,
  };
  return kProblem;
}

}  // namespace perfopt::bench
