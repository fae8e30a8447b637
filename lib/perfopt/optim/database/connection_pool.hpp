// SPDX-License-Identifier: Apache-2.0
// Keeps connections to one database open between their uses: opening one to PostgreSQL costs a process of the server.
//
// What it does, its limits and errors: perfopt/optim/network/connection_pool.hpp. `Connection` is Postgres or Sqlite,
// or any movable type that is made from a string and has healthy(). A connection is not given out again with an open
// transaction: it is closed, which rolls back. Prepared statements and SET stay with the connection.
//
//   example:
//   using namespace perfopt::optim;
//   PoolLimits limits;
//   limits.max_open = 2;
//   db::ConnectionPool<db::Sqlite> pool(":memory:", limits);
//   for (int i = 0; i < 10; ++i) pool.acquire()->execute("SELECT 1");
//   if (pool.counts().opened != 1) throw std::logic_error("one connection serves all");
//   pool.acquire()->execute("BEGIN");
//   pool.acquire()->execute("BEGIN");
//   if (pool.counts().opened != 2) throw std::logic_error("none is given out with a transaction open");
//   end
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

#include "perfopt/optim/database/postgres.hpp"
#include "perfopt/optim/database/sqlite.hpp"
#include "perfopt/optim/network/connection_pool.hpp"

namespace perfopt::optim::db {

template <class Connection>
class ConnectionPool : public optim::ConnectionPool<Connection> {
 public:
  // `target`: what Connection is made from.
  explicit ConnectionPool(std::string target, const PoolLimits& limits = {})
      : optim::ConnectionPool<Connection>(
            limits, [target = std::move(target)] { return Connection(target); },
            [](Connection& connection) { return connection.healthy(); }) {}
};

}  // namespace perfopt::optim::db
