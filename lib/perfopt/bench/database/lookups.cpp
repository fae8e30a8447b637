// SPDX-License-Identifier: Apache-2.0
// A few queries on a SQLite table with and without an index that was made beforehand.
//
//   size    n, rows of the table; 5 queries, each for the sum over about 10 rows
//   file    a database of all rounds, with both indexes; the strategies name the one that they use
//   check   the sums, against a pass over the rows' definition (index_scan.hpp)
//   source  SQLite documentation, "Query Planning"
#include "perfopt/bench/database/index_scan.hpp"

namespace perfopt::bench {
namespace {

using optim::db::Sqlite;

constexpr std::size_t kQueries = 5;

class Lookups : public CustomerSums {
 public:
  explicit Lookups(const Setup& setup) : CustomerSums(setup, setup.size, kQueries), database_(shared_file(setup)) {
    database_.execute("PRAGMA cache_size = -262144");
  }
  // The whole table and its indexes are in the cache, and a user's program has parsed the schema long ago.
  void warm() final {
    for (const char* use : {"NOT INDEXED", "INDEXED BY t_customer", "INDEXED BY t_covering"}) {
      database_.execute("SELECT sum(amount) FROM t " + std::string(use) + " WHERE customer >= 0");
    }
  }

 protected:
  Sqlite database_;

 private:
  std::string shared_file(const Setup& setup) const {
    const auto path = setup.scratch / "lookups";
    if (std::filesystem::exists(path)) return path;
    const auto unfinished = setup.scratch / "lookups-unfinished";
    std::filesystem::remove(unfinished);
    {
      Sqlite database(unfinished);
      database.execute("PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF");
      fill(database);
      database.execute("CREATE INDEX t_customer ON t (customer); CREATE INDEX t_covering ON t (customer, amount)");
    }
    std::filesystem::rename(unfinished, path);
    return path;
  }
};

struct Scan final : Lookups {
  using Lookups::Lookups;
  void run() override { ask(database_, "NOT INDEXED"); }
};
struct Index final : Lookups {
  using Lookups::Lookups;
  void run() override { ask(database_, "INDEXED BY t_customer"); }
};
struct Covering final : Lookups {
  using Lookups::Lookups;
  void run() override { ask(database_, "INDEXED BY t_covering"); }
};

constexpr Strategy kStrategies[] = {
    {"scan", Level::baseline, "every row is looked at", "", "", make<Scan>},
    {"index", Level::conservative, "an index finds the rows, which are then read", "", "the index: room, slower writes",
     make<Index>},
    {"covering_index", Level::conservative, "the index has all that is asked for; no row is read", "",
     "a larger index: room, slower writes", make<Covering>},
};
constexpr Size kSizes[] = {{100, SizeClass::small}, {10'000, SizeClass::medium}, {100'000, SizeClass::large}};

}  // namespace

const Problem& database_lookups() {
  static constexpr Problem kProblem{
      .category = "database",
      .name = "lookups",
      .title = "Five queries on a SQLite table, with an index ready or none",
      .unit = "rows",
      .bytes_per_unit = 40,
      .squared = false,
      .max_size = 2'000'000,
      .sizes = kSizes,
      .strategies = kStrategies,
      .memory_bytes = [](std::size_t n) { return static_cast<double>(n) * 110 + 4e6; },
      .file_bytes = [](std::size_t n) { return static_cast<double>(n) * 110 + 1e6; },
      .weight = 1.5,
  };
  return kProblem;
}

}  // namespace perfopt::bench
