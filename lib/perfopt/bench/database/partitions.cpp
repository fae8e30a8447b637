// SPDX-License-Identifier: Apache-2.0
// The sum over one day of a month's events: one table, with an index on the time, or a partition a day.
//
//   size    n, events, spread evenly over 30 days in no order; 5 queries of a day each
//   tables  three, shared by all
//   check   the sums, against a pass over the events' definition
//   errors  Unavailable without a server to write to
//   source  PostgreSQL documentation, "Table Partitioning"
#include "perfopt/bench/database/reading.hpp"
#include "perfopt/core/random.hpp"

namespace perfopt::bench {
namespace {

using optim::db::Postgres;

constexpr std::int64_t kDays = 30;
constexpr int kQueries = 5;
constexpr const char* kDaySql = "id * 7919 % 30";

class Partitions : public PostgresReading {
 public:
  Partitions(const Setup& setup, const std::string& kind)
      : PostgresReading(setup),
        table_("events_" + kind + "_" + std::to_string(setup.size)),
        events_(static_cast<std::int64_t>(setup.size)) {
    Random random(setup.seed);
    for (int i = 0; i < kQueries; ++i) days_.push_back(static_cast<std::int64_t>(random.below(kDays)));
    server_.share(table_, [&](Postgres& connection) { build(connection, kind); });
  }
  Work work() const final { return {kQueries, static_cast<double>(events_) * 2 * sizeof(std::int64_t), {}}; }
  void warm() final { (void)server_.session().execute("SELECT sum(amount) FROM " + table_); }
  void run() final {
    results_.clear();
    for (const std::int64_t day : days_) {
      add(server_.session()
              .execute("SELECT coalesce(sum(amount), 0)::bigint FROM " + table_ + " WHERE day = " + std::to_string(day))
              .integer(0, 0));
    }
  }

 protected:
  std::vector<std::uint64_t> expected() const final {
    std::vector<std::uint64_t> of_day(kDays);
    for (std::int64_t id = 1; id <= events_; ++id) {
      of_day[static_cast<std::size_t>(id * 7919 % kDays)] += static_cast<std::uint64_t>(amount_of(id));
    }
    std::vector<std::uint64_t> sums;
    for (const std::int64_t day : days_) sums.push_back(of_day[static_cast<std::size_t>(day)]);
    return sums;
  }

 private:
  void build(Postgres& connection, const std::string& kind) const {
    std::string sql = "CREATE TABLE " + table_ + " (day BIGINT NOT NULL, amount BIGINT NOT NULL)";
    if (kind == "parts") {
      sql += " PARTITION BY RANGE (day)";
      for (std::int64_t day = 0; day < kDays; ++day) {
        sql += "; CREATE TABLE " + table_ + "_" + std::to_string(day) + " PARTITION OF " + table_ +
               " FOR VALUES FROM (" + std::to_string(day) + ") TO (" + std::to_string(day + 1) + ")";
      }
    }
    sql += "; INSERT INTO " + table_ + " SELECT " + kDaySql + ", " + kAmountSql + " FROM generate_series(1::bigint, " +
           std::to_string(events_) + ") AS id";
    if (kind == "indexed") sql += "; CREATE INDEX ON " + table_ + " (day)";
    (void)connection.execute(sql);
    (void)connection.execute("VACUUM ANALYZE " + table_);
  }

  const std::string table_;
  const std::int64_t events_;
  std::vector<std::int64_t> days_;
};

struct OneTable final : Partitions {
  explicit OneTable(const Setup& setup) : Partitions(setup, "plain") {}
};
struct Indexed final : Partitions {
  explicit Indexed(const Setup& setup) : Partitions(setup, "indexed") {}
};
struct Partitioned final : Partitions {
  explicit Partitioned(const Setup& setup) : Partitions(setup, "parts") {}
};

constexpr Strategy kStrategies[] = {
    {"one_table", Level::baseline, "every query reads the whole month", "PostgreSQL", "", make<OneTable>},
    {"index", Level::conservative, "an index on the day", "PostgreSQL", "the index: room, slower writes",
     make<Indexed>},
    {"partitions", Level::conservative, "a partition a day: only one is read", "PostgreSQL",
     "partitions to make ahead; queries without the day plan and read all", make<Partitioned>},
};
constexpr Size kSizes[] = {{300, SizeClass::small}, {6'000, SizeClass::medium}, {100'000, SizeClass::large}};

}  // namespace

const Problem& database_partitions() {
  static constexpr Problem kProblem{
      .category = "database",
      .name = "partitions",
      .title = "Sums over single days of a month of events",
      .unit = "events",
      .bytes_per_unit = 2 * sizeof(std::int64_t),
      .squared = false,
      .max_size = 2'000'000,
      .sizes = kSizes,
      .strategies = kStrategies,
      .memory_bytes = [](std::size_t) { return 4e6; },
      .file_bytes = [](std::size_t n) { return static_cast<double>(n) * 400 + 10e6; },
      .one_cpu = true,
  };
  return kProblem;
}

}  // namespace perfopt::bench
