// SPDX-License-Identifier: Apache-2.0
// A schema of this run's own in a database that belongs to somebody else; dropped with all that is in it.
//
// Its comment says which process made it ("perfopt run: HOST, process namespace, pid"). Those of our killed runs are
// dropped by the next one: a schema named perfopt_* whose comment names this host, this namespace of processes and a
// process that is gone. Nothing else is touched.
#pragma once

#include <string>

#include "perfopt/optim/database/postgres.hpp"

namespace perfopt::bench {

class Schema {
 public:
  // Makes it on `connection`, which must outlive this. Throws SqlError when the server does not let us.
  explicit Schema(optim::db::Postgres& connection);
  Schema(const Schema&) = delete;
  Schema& operator=(const Schema&) = delete;
  ~Schema();

  [[nodiscard]] const std::string& name() const noexcept { return name_; }

 private:
  optim::db::Postgres& connection_;
  std::string name_;
};

// How many schemas of killed runs were dropped.
std::size_t drop_stale_schemas(optim::db::Postgres& connection);

}  // namespace perfopt::bench
