// SPDX-License-Identifier: Apache-2.0
// A workload whose result is a list of numbers that it reads from a database: what the problems on queries share.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "perfopt/bench/database/postgres_server.hpp"
#include "perfopt/bench/integrity.hpp"
#include "perfopt/bench/workload.hpp"

namespace perfopt::bench {

class Reading : public Workload {
 public:
  void poison() override { results_.assign(1, 0xDEADDEADDEADDEADU); }
  [[nodiscard]] Output output() override { return exact<std::uint64_t>(Element::u64, results_); }
  void check(const Output& result) const override {
    require_equal(exact<std::uint64_t>(Element::u64, expected()), result);
  }

 protected:
  // By the definition of the stored data, without the database.
  [[nodiscard]] virtual std::vector<std::uint64_t> expected() const = 0;
  void add(std::int64_t value) { results_.push_back(static_cast<std::uint64_t>(value)); }

  std::vector<std::uint64_t> results_;  // run() empties it first
};

class PostgresReading : public Reading {
 public:
  explicit PostgresReading(const Setup& setup) : server_(setup.services->get<PostgresServer>()) {}
  [[nodiscard]] std::string conditions() const override { return server_.conditions(); }

 protected:
  PostgresServer& server_;
};

// What the row `id` of a shared table holds; SQL computes the same: kAmountSql.
[[nodiscard]] constexpr std::int64_t amount_of(std::int64_t id) {
  return id * 2'654'435'761 % 4'294'967'291;
}
inline constexpr const char* kAmountSql = "(id * 2654435761 % 4294967291)";

}  // namespace perfopt::bench
