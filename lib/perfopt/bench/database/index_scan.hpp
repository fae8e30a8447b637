// SPDX-License-Identifier: Apache-2.0
// Payments of customers in a SQLite table, and the question how much some of them have paid: what the problems on
// indexes share.
//
//   table   t(id, customer, amount, note): about 10 rows a customer, spread over the table
//   check   the sums, against those of a pass over the rows' definition
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "perfopt/bench/database/reading.hpp"
#include "perfopt/optim/database/sqlite.hpp"

namespace perfopt::bench {

class CustomerSums : public Reading {
 public:
  CustomerSums(const Setup& setup, std::size_t rows, std::size_t queries);
  [[nodiscard]] Work work() const override;
  [[nodiscard]] std::string conditions() const override;

 protected:
  [[nodiscard]] std::vector<std::uint64_t> expected() const override;

  // Makes the table t in `database`.
  void fill(optim::db::Sqlite& database) const;
  // A query for each customer; `hint` stands behind the table's name: "NOT INDEXED", "INDEXED BY name".
  void ask(optim::db::Sqlite& database, const std::string& hint);

 private:
  [[nodiscard]] std::int64_t customer_of(std::int64_t id) const;

  const std::size_t rows_;
  const std::size_t customers_;
  std::vector<std::int64_t> asked_;
};

}  // namespace perfopt::bench
