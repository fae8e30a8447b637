// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <chrono>
#include <mutex>
#include <numeric>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "perfopt/optim/cpu/parallel_for.hpp"

using namespace perfopt::optim;

namespace {

void spin_us(int us) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::microseconds(us);
  while (std::chrono::steady_clock::now() < until) {
  }
}

}  // namespace

TEST_CASE("every index once, whatever the range, the grain and the cost of an item") {
  for (const std::size_t n : {0U, 1U, 2U, 17U, 1000U, 100'000U}) {
    for (const std::size_t grain : {0U, 1U, 64U, 1'000'000U}) {
      std::vector<std::atomic<int>> seen(n + 5);
      parallel_for(5, n + 5, [&](std::size_t i) { ++seen[i]; }, {.max_threads = 2, .grain = grain});
      for (std::size_t i = 0; i < n + 5; ++i) REQUIRE(seen[i] == (i < 5 ? 0 : 1));
    }
  }
}

TEST_CASE("an empty and a reversed range call nothing") {
  int calls = 0;
  parallel_for(3, 3, [&](std::size_t) { ++calls; });
  parallel_for(4, 3, [&](std::size_t) { ++calls; });
  parallel_for(4, 3, [&](std::size_t) { ++calls; }, {.max_threads = 1});
  CHECK(calls == 0);
}

TEST_CASE("a body of ranges gets them without gap or overlap") {
  std::mutex mutex;
  std::set<std::pair<std::size_t, std::size_t>> ranges;
  parallel_for(0, 400, [&](std::size_t first, std::size_t last) {
    spin_us(static_cast<int>(last - first) * 5);
    const std::lock_guard lock(mutex);
    ranges.emplace(first, last);
  });
  std::size_t next = 0;
  for (const auto& [first, last] : ranges) {
    CHECK(first == next);
    next = last;
  }
  CHECK(next == 400);
}

TEST_CASE("a cheap loop stays on the calling thread") {
  const auto self = std::this_thread::get_id();
  std::atomic<int> elsewhere{0};
  for (int round = 0; round < 20; ++round) {
    parallel_for(0, 8, [&](std::size_t) { elsewhere += std::this_thread::get_id() == self ? 0 : 1; });
  }
  CHECK(elsewhere == 0);
}

TEST_CASE("dear items are shared, with no more threads than allowed") {
  for (const unsigned threads : {1U, 2U}) {
    std::mutex mutex;
    std::set<std::thread::id> ids;
    parallel_for(0, 200,
                 [&](std::size_t) {
                   spin_us(200);
                   const std::lock_guard lock(mutex);
                   ids.insert(std::this_thread::get_id());
                 },
                 {.max_threads = threads});
    CHECK(ids.size() <= threads);
    CHECK(ids.contains(std::this_thread::get_id()));
    if (threads > 1 && std::thread::hardware_concurrency() > 1) CHECK(ids.size() == threads);
  }
}

TEST_CASE("an exception of the body reaches the caller, from the first pieces and from the pool") {
  for (const std::size_t bad : {0U, 1U, 150U, 199U}) {
    const auto body = [bad](std::size_t i) {
      spin_us(20);
      if (i == bad) throw std::out_of_range("bad item");
    };
    CHECK_THROWS_AS(parallel_for(0, 200, body), std::out_of_range);
  }
}

TEST_CASE("loops inside of loops") {
  std::atomic<int> count{0};
  parallel_for(0, 20, [&](std::size_t) {
    spin_us(20);
    parallel_for(0, 20, [&](std::size_t) {
      spin_us(5);
      ++count;
    });
  });
  CHECK(count == 400);
}

TEST_CASE("waking costs nothing without a pool, and something with one") {
  CHECK(dispatch_cost_ns(1) == 0);
  if (std::thread::hardware_concurrency() > 1) CHECK(dispatch_cost_ns(2) > 0);
}
