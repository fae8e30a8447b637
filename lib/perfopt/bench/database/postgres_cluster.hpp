// SPDX-License-Identifier: Apache-2.0
// A PostgreSQL cluster of our own: made, started and stopped by this object, and gone with it.
//
// It has a unix socket and no TCP port, and only its user and root can connect. fsync is on, as in production;
// autovacuum is off, so that it does not run into a measurement. When we are killed the kernel sends the server
// SIGQUIT, which it obeys at once, and the next run removes its files.
//   errors  Unavailable with the reason: PostgreSQL is not installed, the cluster could not be made or started
#pragma once

#include <filesystem>
#include <string>

#include "perfopt/bench/database/server_home.hpp"
#include "perfopt/bench/services.hpp"
#include "perfopt/core/process.hpp"

namespace perfopt::bench {

// Where initdb and postgres are: $PERFOPT_POSTGRES_BINDIR when set, else the newest version below `versions` (as Debian
// has them), else PATH, else what pg_config tells. Throws Unavailable.
[[nodiscard]] std::filesystem::path find_postgres(const std::filesystem::path& versions = "/usr/lib/postgresql");

class PostgresCluster {
 public:
  explicit PostgresCluster(const ServiceContext& context);
  PostgresCluster(const PostgresCluster&) = delete;
  PostgresCluster& operator=(const PostgresCluster&) = delete;
  ~PostgresCluster();

  // For db::Postgres, as the superuser.
  [[nodiscard]] const std::string& target() const noexcept { return target_; }
  [[nodiscard]] const std::filesystem::path& socket_directory() const noexcept { return home_.path(); }
  [[nodiscard]] const std::filesystem::path& data() const noexcept { return data_; }
  [[nodiscard]] pid_t pid() const noexcept { return server_->pid(); }
  // Waits for an end that is under way, at most so long.
  [[nodiscard]] std::string death(double patience_s = 0);
  // What differs from PostgreSQL's defaults, for the record.
  [[nodiscard]] static std::string settings();

  static constexpr const char* kUser = "perfopt";
  static constexpr const char* kDatabase = "postgres";

 private:
  void make(const std::filesystem::path& programs);
  void start(const std::filesystem::path& programs, unsigned connections);
  void wait_until_ready();
  void remove_shared_memory() const noexcept;

  ServerHome home_;
  std::filesystem::path data_;
  std::string target_;
  std::optional<Process> server_;
};

}  // namespace perfopt::bench
