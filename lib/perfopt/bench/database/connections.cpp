// SPDX-License-Identifier: Apache-2.0
// Queries of a client that comes and goes: a connection for each, one from a pool, or one through pgbouncer.
//
// The query itself is next to nothing, so the time is that of the connections.
//
//   size    n, queries, one after the other
//   check   the server's answers, against the same arithmetic here
//   errors  Unavailable without a server; the limit of connections of the run bounds the pool
//   source  PostgreSQL documentation, "How Connections Are Established"
#include <algorithm>

#include "perfopt/bench/database/reading.hpp"
#include "perfopt/core/random.hpp"
#include "perfopt/optim/database/connection_pool.hpp"

namespace perfopt::bench {
namespace {

using optim::db::Postgres;

constexpr std::size_t kPoolSize = 8;

class Connections : public PostgresReading {
 public:
  explicit Connections(const Setup& setup) : PostgresReading(setup) {
    Random random(setup.seed);
    for (std::size_t i = 0; i < setup.size; ++i) numbers_.push_back(static_cast<std::int64_t>(random() >> 32U));
  }
  Work work() const final {
    const auto n = static_cast<double>(numbers_.size());
    return {n, n * sizeof(std::int64_t), {}};
  }

 protected:
  std::vector<std::uint64_t> expected() const final {
    std::vector<std::uint64_t> answers;
    for (const std::int64_t number : numbers_) answers.push_back(static_cast<std::uint64_t>(number * 7 + 3));
    return answers;
  }
  void ask(Postgres& connection, std::int64_t number) {
    add(connection.execute("SELECT " + std::to_string(number) + "::int8 * 7 + 3").integer(0, 0));
  }

  std::vector<std::int64_t> numbers_;
};

struct PerQuery final : Connections {
  using Connections::Connections;
  void run() override {
    results_.clear();
    for (const std::int64_t number : numbers_) {
      Postgres connection(server_.target());
      ask(connection, number);
    }
  }
};

class Pool final : public Connections {
 public:
  explicit Pool(const Setup& setup) : Connections(setup), pool_(server_.target(), limits(setup)) {}
  void warm() override { (void)pool_.acquire(); }
  void run() override {
    results_.clear();
    for (const std::int64_t number : numbers_) {
      const auto lease = pool_.acquire();
      ask(*lease, number);
    }
  }

 private:
  static optim::PoolLimits limits(const Setup& setup) {
    optim::PoolLimits limits;
    limits.max_open = std::min<std::size_t>(kPoolSize, setup.services->context().connections);
    return limits;
  }

  optim::db::ConnectionPool<Postgres> pool_;
};

class Bouncer final : public Connections {
 public:
  explicit Bouncer(const Setup& setup) : Connections(setup), target_(server_.pooled_target()) {}
  void run() override {
    results_.clear();
    for (const std::int64_t number : numbers_) {
      Postgres connection(target_);
      ask(connection, number);
    }
  }

 private:
  const std::string target_;
};

struct Kept final : Connections {
  using Connections::Connections;
  void warm() override { (void)server_.session(); }
  void run() override {
    results_.clear();
    Postgres& connection = server_.session();
    for (const std::int64_t number : numbers_) ask(connection, number);
  }
};

constexpr Strategy kStrategies[] = {
    {"per_query", Level::baseline, "a connection is opened and closed for each query", "PostgreSQL", "",
     make<PerQuery>},
    {"pool", Level::conservative, "optim::db::ConnectionPool: one is taken and given back for each query", "PostgreSQL",
     "connections held open; SET and prepared statements stay with them", make<Pool>},
    {"pgbouncer", Level::balanced, "a connection for each query, to pgbouncer that keeps those to the server",
     "PostgreSQL, pgbouncer", "another process; no state of a session between transactions", make<Bouncer>},
    {"kept", Level::conservative, "one connection for all queries", "PostgreSQL", "one client at a time", make<Kept>},
};
constexpr Size kSizes[] = {{5, SizeClass::small}, {20, SizeClass::medium}, {50, SizeClass::large}};

}  // namespace

const Problem& database_connections() {
  static constexpr Problem kProblem{
      .category = "database",
      .name = "connections",
      .title = "Queries over fresh, pooled and kept connections to PostgreSQL",
      .unit = "queries",
      .bytes_per_unit = sizeof(std::int64_t),
      .squared = false,
      .max_size = 10'000,
      .sizes = kSizes,
      .strategies = kStrategies,
      .memory_bytes = [](std::size_t n) { return static_cast<double>(n) * 32 + 1e6; },
      .file_bytes = [](std::size_t) { return 0.0; },
      .weight = 1.5,
      .one_cpu = true,
  };
  return kProblem;
}

}  // namespace perfopt::bench
