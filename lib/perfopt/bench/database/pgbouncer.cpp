// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/database/pgbouncer.hpp"

#include <chrono>
#include <thread>

#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/optim/database/postgres.hpp"

namespace perfopt::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kStartTime = std::chrono::seconds(10);
constexpr int kServerConnections = 4;

}  // namespace

PgBouncer::PgBouncer(const ServiceContext& context, const PostgresCluster& cluster)
    : home_(context, "pgbouncer"),
      target_("host='" + home_.path().string() + "' port=6432 user=" + PostgresCluster::kUser +
              " dbname=" + PostgresCluster::kDatabase) {
  const auto file = home_.path() / "pgbouncer.ini";
  write_atomically(file, configuration(context, cluster));
  Command command;
  command.words = {"pgbouncer", file};
  command.directory = home_.path();
  command.output = home_.path() / "log";
  command.user = home_.user();
  try {
    server_.emplace(command);
  } catch (const SystemError& error) {
    throw Unavailable(std::string("no pgbouncer: ") + error.what());
  }
  wait_until_ready();
}

std::string PgBouncer::configuration(const ServiceContext& context, const PostgresCluster& cluster) const {
  return "[databases]\n* = host='" + cluster.socket_directory().string() +
         "' port=5432 user=" + PostgresCluster::kUser +
         "\n[pgbouncer]\nlisten_addr =\nlisten_port = 6432\nunix_socket_dir = " + home_.path().string() +
         "\nunix_socket_mode = 0700\nauth_type = any\npool_mode = transaction\nmax_client_conn = " +
         std::to_string(context.connections + 16) + "\ndefault_pool_size = " + std::to_string(kServerConnections) +
         "\nignore_startup_parameters = extra_float_digits\nlog_connections = 0\nlog_disconnections = 0\n";
}

void PgBouncer::wait_until_ready() {
  for (const auto end = Clock::now() + kStartTime;;) {
    try {
      (void)optim::db::Postgres(target_).execute("SELECT 1");
      return;
    } catch (const Unavailable& refused) {
      if (const std::string ended = death(); !ended.empty()) throw Unavailable(ended + ": " + home_.last_words("log"));
      if (Clock::now() >= end) throw Unavailable(std::string("pgbouncer did not answer: ") + refused.what());
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  }
}

std::string PgBouncer::death() {
  const std::string end = server_->end();
  return end.empty() ? "" : "pgbouncer " + end;
}

}  // namespace perfopt::bench
