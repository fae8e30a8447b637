// SPDX-License-Identifier: Apache-2.0
// How many queries pay for an index: it is built when the first one comes, on a table of 20,000 rows in memory.
//
//   size    n, queries, each for the sum over about 10 rows
//   table   one an object, without an index before run()
//   check   the sums, against a pass over the rows' definition (index_scan.hpp)
//   source  SQLite documentation, "Query Planning"
#include "perfopt/bench/database/index_scan.hpp"

namespace perfopt::bench {
namespace {

using optim::db::Sqlite;

constexpr std::size_t kRows = 20'000;

class IndexPays : public CustomerSums {
 public:
  explicit IndexPays(const Setup& setup) : CustomerSums(setup, kRows, setup.size), database_(":memory:") {
    const auto path = setup.scratch / "index_pays";
    if (!std::filesystem::exists(path)) make_shared_file(path);
    database_.execute("ATTACH '" + sql_text(path) + "' AS made; CREATE TABLE t AS SELECT * FROM made.t; DETACH made");
  }
  void warm() final { database_.execute("SELECT sum(amount) FROM t"); }
  void poison() final {
    Reading::poison();
    database_.execute("DROP INDEX IF EXISTS built");
  }

 protected:
  Sqlite database_;

 private:
  static std::string sql_text(const std::filesystem::path& path) {
    std::string text;
    for (const char c : path.string()) text += c == '\'' ? "''" : std::string(1, c);
    return text;
  }
  void make_shared_file(const std::filesystem::path& path) const {
    const std::filesystem::path unfinished = path.string() + "-unfinished";
    std::filesystem::remove(unfinished);
    {
      Sqlite database(unfinished);
      database.execute("PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF");
      fill(database);
    }
    std::filesystem::rename(unfinished, path);
  }
};

struct Scan final : IndexPays {
  using IndexPays::IndexPays;
  void run() override { ask(database_, "NOT INDEXED"); }
};
struct BuildIndex final : IndexPays {
  using IndexPays::IndexPays;
  void run() override {
    database_.execute("CREATE INDEX built ON t (customer)");
    ask(database_, "INDEXED BY built");
  }
};
struct BuildCovering final : IndexPays {
  using IndexPays::IndexPays;
  void run() override {
    database_.execute("CREATE INDEX built ON t (customer, amount)");
    ask(database_, "INDEXED BY built");
  }
};

constexpr Strategy kStrategies[] = {
    {"scan", Level::baseline, "every query looks at every row", "", "", make<Scan>},
    {"build_index", Level::conservative, "an index is built first, inside the timing", "", "room, slower writes",
     make<BuildIndex>},
    {"build_covering_index", Level::conservative, "the same with all that is asked for in the index", "",
     "more room, slower writes", make<BuildCovering>},
};
constexpr Size kSizes[] = {{1, SizeClass::small}, {6, SizeClass::medium}, {40, SizeClass::large}};

}  // namespace

const Problem& database_index_pays() {
  static constexpr Problem kProblem{
      .category = "database",
      .name = "index_pays",
      .title = "Queries on 20,000 rows, with the building of the index in the timing",
      .unit = "queries",
      .bytes_per_unit = sizeof(std::int64_t),
      .squared = false,
      .max_size = 10'000,
      .sizes = kSizes,
      .strategies = kStrategies,
      .memory_bytes = [](std::size_t n) { return static_cast<double>(n) * 32 + 6e6; },
      .file_bytes = [](std::size_t) { return 4e6; },
  };
  return kProblem;
}

}  // namespace perfopt::bench
