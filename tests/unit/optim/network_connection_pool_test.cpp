// SPDX-License-Identifier: Apache-2.0
#include "perfopt/optim/network/connection_pool.hpp"

#include <atomic>
#include <future>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

using namespace perfopt;
using namespace perfopt::optim;
using namespace std::chrono_literals;

namespace {

// Counts those that are open, as a server would.
class Connection {
 public:
  Connection(std::atomic<int>& open, int number) : open_(&open), number_(number) { ++open; }
  Connection(Connection&& other) noexcept : open_(std::exchange(other.open_, nullptr)), number_(other.number_) {}
  Connection& operator=(Connection&& other) noexcept {
    std::swap(open_, other.open_);
    std::swap(number_, other.number_);
    return *this;
  }
  ~Connection() {
    if (open_ != nullptr) --*open_;
  }
  [[nodiscard]] int number() const { return number_; }

 private:
  std::atomic<int>* open_;
  int number_;
};

struct Server {
  std::atomic<int> open{0};
  std::atomic<int> made{0};
  std::atomic<bool> healthy{true};
  std::atomic<bool> refuses{false};

  ConnectionPool<Connection> pool(const PoolLimits& limits) {
    return ConnectionPool<Connection>(
        limits,
        [this] {
          if (refuses) throw SystemError(ECONNREFUSED, "connect");
          return Connection(open, ++made);
        },
        [this](Connection&) { return healthy.load(); });
  }
};

void wait_for_waiters(const ConnectionPool<Connection>& pool, std::size_t count) {
  const auto end = std::chrono::steady_clock::now() + 10s;
  while (pool.counts().waiting != count && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  REQUIRE(pool.counts().waiting == count);
}

}  // namespace

TEST_CASE("a connection is used again, the last one first, and few are kept") {
  Server server;
  {
    auto pool = server.pool({.max_open = 3, .max_idle = 2});
    {
      const auto one = pool.acquire();
      const auto two = pool.acquire();
      const auto three = pool.acquire();
      CHECK(server.open == 3);
    }
    CHECK(server.open == 2);  // `one` was given back last and found no place
    CHECK(pool.acquire()->number() == 2);
    CHECK(pool.counts().opened == 3);
    CHECK(pool.counts().reused == 1);
    CHECK(pool.counts().idle == 2);
    CHECK(pool.counts().open == 2);
  }
  CHECK(server.open == 0);
}

TEST_CASE("an unhealthy, a discarded and an expired connection are not used again") {
  Server server;
  auto pool = server.pool({.max_open = 1, .idle_time = 50ms});
  CHECK(pool.acquire()->number() == 1);
  server.healthy = false;
  CHECK(pool.acquire()->number() == 2);
  server.healthy = true;
  {
    auto lease = pool.acquire();
    CHECK(lease->number() == 2);
    lease.discard();
  }
  CHECK(server.open == 0);
  CHECK(pool.acquire()->number() == 3);
  std::this_thread::sleep_for(60ms);
  pool.close_expired();
  CHECK(server.open == 0);
  CHECK(pool.counts().open == 0);
  CHECK(pool.acquire()->number() == 4);
}

TEST_CASE("a lease that ends by an exception drops its connection") {
  Server server;
  auto pool = server.pool({.max_open = 1});
  try {
    const auto lease = pool.acquire();
    throw BadInput("in the middle of a request");
  } catch (const BadInput&) {
    CHECK(server.open == 0);
  }
  CHECK(pool.acquire()->number() == 2);
}

TEST_CASE("the limit holds, and who waits too long is told") {
  Server server;
  auto pool = server.pool({.max_open = 1, .wait = 20ms});
  const auto lease = pool.acquire();
  CHECK_THROWS_WITH_AS((void)pool.acquire(),
                       "no connection was free within 20 ms: all 1 are in use; raise max_open, or hold them for a "
                       "shorter time",
                       PoolTimeout);
  CHECK(pool.counts().waiting == 0);
  CHECK_THROWS_AS(server.pool({.max_open = 0}), BadInput);
}

TEST_CASE("waiters are served in the order of their coming") {
  Server server;
  auto pool = server.pool({.max_open = 1});
  std::vector<int> order;
  std::vector<std::future<void>> callers;
  {
    const auto held = pool.acquire();
    for (int i = 0; i < 4; ++i) {
      callers.push_back(std::async(std::launch::async, [&, i] {
        const auto lease = pool.acquire();
        order.push_back(i);  // one at a time: the pool has one connection
      }));
      wait_for_waiters(pool, static_cast<std::size_t>(i) + 1);
    }
  }
  for (auto& caller : callers) caller.get();
  CHECK(order == std::vector{0, 1, 2, 3});
  CHECK(server.made == 1);
}

TEST_CASE("a connection that cannot be opened leaves its place to the next waiter") {
  Server server;
  auto pool = server.pool({.max_open = 1});
  std::future<int> waiter;
  {
    auto held = pool.acquire();
    waiter = std::async(std::launch::async, [&] { return pool.acquire()->number(); });
    wait_for_waiters(pool, 1);
    server.refuses = true;
    held.discard();
  }
  CHECK_THROWS_AS(waiter.get(), SystemError);
  CHECK(pool.counts().open == 0);
  server.refuses = false;
  CHECK(pool.acquire()->number() == 2);
}

TEST_CASE("a lease outlives its pool") {
  Server server;
  std::optional<ConnectionPool<Connection>::Lease> lease;
  {
    auto pool = server.pool({});
    lease.emplace(pool.acquire());
  }
  CHECK(server.open == 1);
  lease.reset();
  CHECK(server.open == 0);
}

TEST_CASE("many threads never hold more than the limit, and all are served") {
  Server server;
  auto pool = server.pool({.max_open = 3, .max_idle = 1, .idle_time = 1us});
  std::atomic<int> served{0};
  std::atomic<int> most{0};
  {
    std::vector<std::jthread> callers;
    for (int t = 0; t < 8; ++t) {
      callers.emplace_back([&, t] {
        for (int i = 0; i < 500; ++i) {
          auto lease = pool.acquire();
          for (int seen = most; seen < server.open && !most.compare_exchange_weak(seen, server.open);) {
          }
          if ((i + t) % 7 == 0) lease.discard();
          ++served;
        }
      });
    }
  }
  CHECK(served == 4000);
  CHECK(most <= 3);
  CHECK(pool.counts().open == pool.counts().idle);
}
