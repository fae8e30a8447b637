// SPDX-License-Identifier: Apache-2.0
// pgbouncer before a cluster of our own: clients connect to it through a unix socket, and transactions share a few
// connections to the server.
//   errors  Unavailable with the reason
#pragma once

#include <optional>
#include <string>

#include "perfopt/bench/database/postgres_cluster.hpp"
#include "perfopt/bench/database/server_home.hpp"
#include "perfopt/bench/services.hpp"
#include "perfopt/core/process.hpp"

namespace perfopt::bench {

class PgBouncer {
 public:
  PgBouncer(const ServiceContext& context, const PostgresCluster& cluster);
  [[nodiscard]] std::string death();
  // For db::Postgres.
  [[nodiscard]] const std::string& target() const noexcept { return target_; }

 private:
  [[nodiscard]] std::string configuration(const ServiceContext& context, const PostgresCluster& cluster) const;
  void wait_until_ready();

  ServerHome home_;
  std::string target_;
  std::optional<Process> server_;
};

}  // namespace perfopt::bench
