// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/database/index_scan.hpp"

#include <algorithm>

#include "perfopt/core/random.hpp"
#include "perfopt/optim/database/bulk_writer.hpp"

namespace perfopt::bench {
namespace {

constexpr std::size_t kRowsPerCustomer = 10;
constexpr double kRowBytes = 40;

}  // namespace

CustomerSums::CustomerSums(const Setup& setup, std::size_t rows, std::size_t queries)
    : rows_(rows), customers_(std::max<std::size_t>(rows / kRowsPerCustomer, 1)) {
  Random random(setup.seed);
  for (std::size_t i = 0; i < queries; ++i) asked_.push_back(static_cast<std::int64_t>(random.below(customers_)));
}

Work CustomerSums::work() const {
  const auto n = static_cast<double>(rows_);
  return {static_cast<double>(asked_.size()), n * kRowBytes, {}};
}

std::string CustomerSums::conditions() const {
  return "SQLite " + std::string(sqlite3_libversion()) + ", all pages in its cache";
}

std::int64_t CustomerSums::customer_of(std::int64_t id) const {
  return static_cast<std::int64_t>(Random(static_cast<std::uint64_t>(id)).below(customers_));
}

std::vector<std::uint64_t> CustomerSums::expected() const {
  std::vector<std::uint64_t> sums(customers_);
  for (std::int64_t id = 1; id <= static_cast<std::int64_t>(rows_); ++id) {
    sums[static_cast<std::size_t>(customer_of(id))] += static_cast<std::uint64_t>(amount_of(id));
  }
  std::vector<std::uint64_t> answers;
  for (const std::int64_t customer : asked_) answers.push_back(sums[static_cast<std::size_t>(customer)]);
  return answers;
}

void CustomerSums::fill(optim::db::Sqlite& database) const {
  database.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, customer INTEGER, amount INTEGER, note TEXT)");
  optim::db::BulkWriter writer(database, "t", {"id", "customer", "amount", "note"});
  for (std::int64_t id = 1; id <= static_cast<std::int64_t>(rows_); ++id) {
    writer.add({id, customer_of(id), amount_of(id), "a note of 24 characters "});
  }
  writer.finish();
}

void CustomerSums::ask(optim::db::Sqlite& database, const std::string& hint) {
  results_.clear();
  optim::db::SqliteStatement query(database, "SELECT coalesce(sum(amount), 0) FROM t " + hint + " WHERE customer = ?");
  for (const std::int64_t customer : asked_) {
    query.bind(1, customer);
    add(query.step() ? query.integer(0) : -1);
    query.reset();
  }
}

}  // namespace perfopt::bench
