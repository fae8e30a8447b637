// SPDX-License-Identifier: Apache-2.0
// A walk through all pages of a list of 50 rows each: by OFFSET, or from the last key seen.
//
// With OFFSET the server reads and throws away all rows before the page. A row that is added or removed meanwhile also
// shifts its pages; after a key nothing shifts.
//
//   size    n, rows of the list, of a table of 40,000; sorted by key, which is indexed
//   check   the rows in order, each once, against the rows' definition
//   errors  Unavailable without a server to write to
//   source  Winand, SQL Performance Explained, 2012: "Paging Through Results"
#include <algorithm>

#include "perfopt/bench/database/reading.hpp"
#include "perfopt/core/random.hpp"

namespace perfopt::bench {
namespace {

using optim::db::Postgres;

constexpr std::int64_t kRows = 40'000;
constexpr std::int64_t kPage = 50;

class Paging : public PostgresReading {
 public:
  explicit Paging(const Setup& setup) : PostgresReading(setup), count_(static_cast<std::int64_t>(setup.size)) {
    first_ = 1 + static_cast<std::int64_t>(Random(setup.seed).below(static_cast<std::uint64_t>(kRows - count_ + 1)));
    server_.share("list", [](Postgres& connection) {
      (void)connection.execute(std::string("CREATE TABLE list (id BIGINT PRIMARY KEY, amount BIGINT NOT NULL); ") +
                               "INSERT INTO list SELECT id, " + kAmountSql + " FROM generate_series(1::bigint, " +
                               std::to_string(kRows) + ") AS id");
      (void)connection.execute("VACUUM ANALYZE list");
    });
  }
  Work work() const final {
    const auto n = static_cast<double>(count_);
    return {n, n * sizeof(std::int64_t), {}};
  }

 protected:
  std::vector<std::uint64_t> expected() const final {
    std::vector<std::uint64_t> values;
    for (std::int64_t id = first_; id < first_ + count_; ++id) {
      values.push_back(static_cast<std::uint64_t>(amount_of(id)));
    }
    return values;
  }
  // A page of rows from `from` to the end of the list, `skipped` of them left out; returns the last key, 0 for none.
  std::int64_t read_page(std::int64_t from, std::int64_t skipped) {
    const std::string texts[] = {std::to_string(from), std::to_string(first_ + count_), std::to_string(skipped)};
    const char* const values[] = {texts[0].c_str(), texts[1].c_str(), texts[2].c_str()};
    const auto found =
        server_.session().execute("SELECT amount, id FROM list WHERE id >= $1 AND id < $2 ORDER BY id LIMIT " +
                                      std::to_string(kPage) + " OFFSET $3",
                                  values);
    for (int i = 0; i < found.rows(); ++i) add(found.integer(i, 0));
    return found.rows() == 0 ? 0 : found.integer(found.rows() - 1, 1);
  }

  std::int64_t first_ = 0;
  const std::int64_t count_;
};

struct Offset final : Paging {
  using Paging::Paging;
  void run() override {
    results_.clear();
    for (std::int64_t skipped = 0; read_page(first_, skipped) != 0; skipped += kPage) {
    }
  }
};

struct Keyset final : Paging {
  using Paging::Paging;
  void run() override {
    results_.clear();
    for (std::int64_t last = first_ - 1; last != 0;) last = read_page(last + 1, 0);
  }
};

constexpr Strategy kStrategies[] = {
    {"offset", Level::baseline, "LIMIT 50 OFFSET of the page", "PostgreSQL", "", make<Offset>},
    {"keyset", Level::conservative, "LIMIT 50 from the last key seen on", "PostgreSQL",
     "a unique sort key with an index; no jump to page 17", make<Keyset>},
};
constexpr Size kSizes[] = {{100, SizeClass::small}, {1'000, SizeClass::medium}, {10'000, SizeClass::large}};

}  // namespace

const Problem& database_paging() {
  static constexpr Problem kProblem{
      .category = "database",
      .name = "paging",
      .title = "All pages of a sorted list, 50 rows each",
      .unit = "rows",
      .bytes_per_unit = sizeof(std::int64_t),
      .squared = false,
      .max_size = kRows,
      .sizes = kSizes,
      .strategies = kStrategies,
      .memory_bytes = [](std::size_t n) { return static_cast<double>(n) * 64 + 1e6; },
      .file_bytes = [](std::size_t) { return 10e6; },
      .one_cpu = true,
  };
  return kProblem;
}

}  // namespace perfopt::bench
