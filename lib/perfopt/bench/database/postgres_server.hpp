// SPDX-License-Identifier: Apache-2.0
// The PostgreSQL server of a run: an own cluster, or the one of ServiceContext::database_url in a schema of its own.
//
// Where the schema cannot be made nothing is written: transactions are read-only, and only strategies that need no
// table run.
//   errors  Unavailable in one line: not installed, refused, wrong password, unknown host
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "perfopt/bench/database/pgbouncer.hpp"
#include "perfopt/bench/database/postgres_cluster.hpp"
#include "perfopt/bench/database/schema.hpp"
#include "perfopt/bench/services.hpp"
#include "perfopt/optim/database/postgres.hpp"

namespace perfopt::bench {

class PostgresServer final : public Service {
 public:
  PostgresServer(const ServiceContext& context, const std::string& variant);
  ~PostgresServer() override;

  [[nodiscard]] std::string death() override;

  // What a new connection is made with.
  [[nodiscard]] const std::string& target() const noexcept { return target_; }
  // For what is timed. Kept open, in the run's schema; opened anew when it was left in a transaction or broken.
  [[nodiscard]] optim::db::Postgres& session();
  // For making and removing tables: it does not wait for the disk at commits. Throws Unavailable when we may not write.
  [[nodiscard]] optim::db::Postgres& setup();
  // Calls `build` when no table `name` has been made in this run; what it makes is never changed, and shared by all.
  void share(const std::string& name, const std::function<void(optim::db::Postgres&)>& build);

  // What connects to pgbouncer before this server. Throws Unavailable with the reason, also for --database: a password
  // would have to be written into pgbouncer's file.
  [[nodiscard]] const std::string& pooled_target();

  [[nodiscard]] std::string conditions() const;
  [[nodiscard]] PostgresCluster* cluster() noexcept { return cluster_.get(); }

 private:
  [[nodiscard]] std::unique_ptr<optim::db::Postgres> connect() const;
  void take_schema();
  [[nodiscard]] bool has_lost_connection() const noexcept;

  const ServiceContext context_;
  std::unique_ptr<PostgresCluster> cluster_;
  std::optional<PgBouncer> bouncer_;
  std::string target_;
  std::string version_;
  std::string read_only_;  // why; "" when we may write
  std::unique_ptr<optim::db::Postgres> owner_;
  std::optional<Schema> schema_;
  std::unique_ptr<optim::db::Postgres> setup_;
  std::unique_ptr<optim::db::Postgres> session_;
  std::set<std::string> shared_;
};

// Drops a table of one object, whatever state its server is in: destructors call it.
void drop_table(PostgresServer& server, const std::string& name) noexcept;

// A name that no other object has: "<what>_17".
[[nodiscard]] std::string unique_name(const std::string& what);

}  // namespace perfopt::bench
