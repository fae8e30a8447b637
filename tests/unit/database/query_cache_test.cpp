// SPDX-License-Identifier: Apache-2.0
#include "perfopt/optim/database/query_cache.hpp"

#include <array>
#include <atomic>
#include <future>
#include <stdexcept>
#include <thread>

#include <doctest/doctest.h>

#include "perfopt/core/random.hpp"

using namespace perfopt;
using perfopt::optim::db::QueryCache;

namespace {

// A load that waits inside until it is let go.
struct Gate {
  std::promise<void> entered;
  std::promise<void> open;
  template <class T>
  T pass(T value) {
    entered.set_value();
    open.get_future().wait();
    return value;
  }
};

int fail_load() {
  throw std::runtime_error("no database");
}

}  // namespace

TEST_CASE("a value is loaded once, and again when its key, its tag or all are invalidated") {
  QueryCache<int, int> cache(10);
  int loads = 0;
  const auto load = [&] { return ++loads; };
  CHECK(cache.get(1, load, {"users", "orders"}) == 1);
  CHECK(cache.get(1, load, {"users", "orders"}) == 1);
  cache.invalidate(2);
  cache.invalidate_tag("items");
  CHECK(cache.get(1, load, {"users", "orders"}) == 1);
  cache.invalidate(1);
  CHECK(cache.get(1, load, {"users", "orders"}) == 2);
  cache.invalidate_tag("orders");
  CHECK(cache.get(1, load, {"users", "orders"}) == 3);
  cache.invalidate_all();
  CHECK(cache.get(1, load, {"users", "orders"}) == 4);
  CHECK(cache.counts().hits == 2);
  CHECK(cache.counts().misses == 4);
}

TEST_CASE("the least recently used value leaves, and an old one is loaded anew") {
  QueryCache<int, int> cache(2, std::chrono::milliseconds(20));
  int loads = 0;
  const auto load = [&] { return ++loads; };
  (void)cache.get(1, load);
  (void)cache.get(2, load);
  (void)cache.get(3, load);
  CHECK(cache.get(1, load) == 4);
  std::this_thread::sleep_for(std::chrono::milliseconds(25));
  CHECK(cache.get(1, load) == 5);
  CHECK_THROWS_AS((QueryCache<int, int>(0)), std::invalid_argument);
}

TEST_CASE("what a loader throws reaches the caller and is not held") {
  QueryCache<int, int> cache(2);
  CHECK_THROWS_WITH((void)cache.get(1, fail_load), "no database");
  CHECK(cache.get(1, [] { return 5; }) == 5);
}

TEST_CASE("a load under way when its key is invalidated is neither held nor given to later callers") {
  for (const bool by_tag : {false, true}) {
    QueryCache<int, int> cache(10);
    Gate gate;
    auto early = std::async(std::launch::async, [&] { return cache.get(1, [&] { return gate.pass(1); }, {"t"}); });
    gate.entered.get_future().wait();
    if (by_tag) {
      cache.invalidate_tag("t");
    } else {
      cache.invalidate(1);
    }
    CHECK(cache.get(1, [] { return 2; }, {"t"}) == 2);  // does not wait for the first
    gate.open.set_value();
    CHECK(early.get() == 1);
    CHECK(cache.get(1, [] { return 3; }, {"t"}) == 2);
  }
}

TEST_CASE("callers that miss at the same time share one load, and its error") {
  QueryCache<int, int> cache(10);
  Gate gate;
  auto first = std::async(std::launch::async, [&] { return cache.get(1, [&] { return gate.pass(7); }); });
  gate.entered.get_future().wait();
  auto second = std::async(std::launch::async, [&] { return cache.get(1, [] { return 8; }); });
  while (cache.counts().hits == 0) std::this_thread::yield();
  gate.open.set_value();
  CHECK(first.get() == 7);
  CHECK(second.get() == 7);
}

TEST_CASE("no reader sees a value older than the last invalidation that has returned") {
  constexpr std::size_t kKeys = 8;
  constexpr int kWrites = 20'000;
  QueryCache<std::size_t, int> cache(4);
  std::array<std::atomic<int>, kKeys> stored{};
  std::array<std::atomic<int>, kKeys> invalidated{};
  std::atomic<bool> done = false;
  std::atomic<int> stale = 0;
  const auto read = [&](std::uint64_t seed) {
    Random random(seed);
    while (!done) {
      const std::size_t key = random.below(kKeys);
      const int least = invalidated[key];
      if (cache.get(key, [&] { return stored[key].load(); }) < least) ++stale;
    }
  };
  auto one = std::async(std::launch::async, read, 1);
  auto two = std::async(std::launch::async, read, 2);
  Random random(3);
  for (int i = 1; i <= kWrites; ++i) {
    const std::size_t key = random.below(kKeys);
    stored[key] = i;
    cache.invalidate(key);
    invalidated[key] = i;
  }
  done = true;
  one.get();
  two.get();
  CHECK(stale == 0);
}
