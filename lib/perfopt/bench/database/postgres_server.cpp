// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/database/postgres_server.hpp"

#include <atomic>
#include <utility>

#include "perfopt/core/error.hpp"
#include "perfopt/optim/database/error.hpp"

namespace perfopt::bench {

using optim::db::Postgres;

namespace {

constexpr double kEndSeconds = 1;

}  // namespace

PostgresServer::PostgresServer(const ServiceContext& context, const std::string&)
    : context_(context), target_(context.database_url) {
  if (target_.empty()) {
    cluster_ = std::make_unique<PostgresCluster>(context);
    target_ = cluster_->target();
  }
  owner_ = std::make_unique<Postgres>(target_);
  version_ = std::string(owner_->execute("SHOW server_version").text(0, 0));
  version_ = version_.substr(0, version_.find(' '));
  if (!cluster_) take_schema();
}

PostgresServer::~PostgresServer() {
  bouncer_.reset();
  // The schema cannot be dropped under a connection that still has a transaction on its tables.
  session_.reset();
  setup_.reset();
}

void PostgresServer::take_schema() {
  try {
    drop_stale_schemas(*owner_);
    schema_.emplace(*owner_);
  } catch (const optim::db::SqlError& refused) {
    read_only_ = std::string("no schema of our own: ") + refused.what();
  }
}

std::unique_ptr<Postgres> PostgresServer::connect() const {
  auto connection = std::make_unique<Postgres>(target_);
  if (schema_) (void)connection->execute("SET search_path = " + schema_->name());
  if (!read_only_.empty()) (void)connection->execute("SET default_transaction_read_only = on");
  return connection;
}

bool PostgresServer::has_lost_connection() const noexcept {
  for (const auto* connection : {&owner_, &session_, &setup_}) {
    if (*connection && (*connection)->lost()) return true;
  }
  return false;
}

std::string PostgresServer::death() {
  if (cluster_) {
    // Connections break some milliseconds before the server has ended altogether.
    const std::string end = cluster_->death(has_lost_connection() ? kEndSeconds : 0);
    return end.empty() && bouncer_ ? bouncer_->death() : end;
  }
  return !owner_->lost() ? "" : "the PostgreSQL server of --database has closed its connection";
}

Postgres& PostgresServer::session() {
  if (!session_ || !session_->healthy()) session_ = connect();
  return *session_;
}

Postgres& PostgresServer::setup() {
  if (!read_only_.empty()) throw Unavailable(read_only_);
  if (!setup_ || !setup_->healthy()) {
    setup_ = connect();
    (void)setup_->execute("SET synchronous_commit = off");
  }
  return *setup_;
}

void PostgresServer::share(const std::string& name, const std::function<void(Postgres&)>& build) {
  Postgres& connection = setup();
  if (shared_.contains(name)) return;
  (void)connection.execute("DROP TABLE IF EXISTS " + name);  // of a build that failed
  build(connection);
  shared_.insert(name);
}

const std::string& PostgresServer::pooled_target() {
  if (!cluster_) throw Unavailable("pgbouncer is tried on a cluster of our own, not on the server of --database");
  if (!bouncer_) bouncer_.emplace(context_, *cluster_);
  return bouncer_->target();
}

std::string PostgresServer::conditions() const {
  return "PostgreSQL " + version_ + ", " +
         (cluster_ ? PostgresCluster::settings() : std::string("the server of --database")) +
         (read_only_.empty() ? "" : ", read-only");
}

void drop_table(PostgresServer& server, const std::string& name) noexcept {
  try {
    (void)server.setup().execute("DROP TABLE IF EXISTS " + name);
  } catch (const std::exception&) {
    return;  // the server is gone, and its tables with it
  }
}

std::string unique_name(const std::string& what) {
  static std::atomic<unsigned> made{0};
  return what + "_" + std::to_string(made++);
}

}  // namespace perfopt::bench
