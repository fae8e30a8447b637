// SPDX-License-Identifier: Apache-2.0
#include "perfopt/optim/network/batcher.hpp"

#include <atomic>
#include <future>
#include <string>

#include <doctest/doctest.h>

using namespace perfopt;
using namespace perfopt::optim;
using namespace std::chrono_literals;

namespace {

using Batches = std::vector<std::vector<std::string>>;

std::size_t length(const std::string& text) {
  return text.size();
}

}  // namespace

TEST_CASE("batches end by count and by bytes, and a large item goes alone") {
  Batches batches;
  Batcher<std::string> batcher(
      {.count = 3, .bytes = 10}, [&](auto batch) { batches.emplace_back(batch.begin(), batch.end()); }, length);
  for (const char* item : {"1", "2", "3", "123456", "12345", "12345", "x", "12345678901234", "y"}) batcher.add(item);
  CHECK(batches == Batches{{"1", "2", "3"}, {"123456"}, {"12345", "12345"}, {"x"}, {"12345678901234"}});
  batcher.flush();
  CHECK(batches.back() == std::vector<std::string>{"y"});
  batcher.flush();
  CHECK(batcher.batches() == 6);
}

TEST_CASE("closing hands on the rest, once, and nothing comes after it") {
  int items = 0;
  Batcher<int> batcher({}, [&](auto batch) { items += static_cast<int>(batch.size()); });
  batcher.add(1);
  batcher.close();
  batcher.close();
  CHECK(items == 1);
  CHECK_THROWS_AS(batcher.add(2), std::logic_error);
  {
    Batcher<int> forgotten({}, [&](auto batch) { items += static_cast<int>(batch.size()); });
    forgotten.add(1);
  }
  CHECK(items == 2);
}

TEST_CASE("an item waits no longer than the delay") {
  std::promise<std::vector<int>> arrived;
  Batcher<int> batcher({.count = 100, .delay = 5ms},
                       [&](auto batch) { arrived.set_value({batch.begin(), batch.end()}); });
  const auto start = std::chrono::steady_clock::now();
  batcher.add(1);
  batcher.add(2);
  auto result = arrived.get_future();
  REQUIRE(result.wait_for(10s) == std::future_status::ready);
  CHECK(std::chrono::steady_clock::now() - start >= 5ms);
  CHECK(result.get() == std::vector{1, 2});
}

TEST_CASE("an error of the sink reaches the caller, and every later one") {
  Batcher<int> batcher({.count = 2}, [](auto) { throw BadInput("the receiver is full"); });
  batcher.add(1);
  for (int i = 0; i < 2; ++i) CHECK_THROWS_WITH_AS(batcher.add(2), "the receiver is full", BadInput);
  CHECK_THROWS_AS(batcher.flush(), BadInput);
  CHECK_THROWS_AS(batcher.close(), BadInput);
  CHECK(batcher.batches() == 0);
}

TEST_CASE("an error on the batcher's own thread is thrown by the next call") {
  std::promise<void> called;
  Batcher<int> batcher({.count = 100, .delay = 1ms}, [&](auto) {
    called.set_value();
    throw BadInput("the receiver is full");
  });
  batcher.add(1);
  REQUIRE(called.get_future().wait_for(10s) == std::future_status::ready);
  CHECK_THROWS_AS(batcher.close(), BadInput);
}

TEST_CASE("limits that mean nothing are refused") {
  CHECK_THROWS_AS(Batcher<int>({.count = 0}, [](auto) {}), BadInput);
  CHECK_THROWS_AS(Batcher<int>({.bytes = 8}, [](auto) {}), BadInput);
}

TEST_CASE("each item of many threads arrives once, those of one thread in their order") {
  std::vector<int> got;
  constexpr int kThreads = 4;
  constexpr int kEach = 5000;
  Batcher<int> batcher({.count = 16, .delay = 50us},
                       [&](auto batch) { got.insert(got.end(), batch.begin(), batch.end()); });
  {
    std::vector<std::jthread> senders;
    for (int t = 0; t < kThreads; ++t) {
      senders.emplace_back([&, t] {
        for (int i = 0; i < kEach; ++i) batcher.add(i * kThreads + t);
      });
    }
  }
  batcher.close();
  REQUIRE(got.size() == kThreads * kEach);
  std::vector<int> next(kThreads);
  for (const int item : got) REQUIRE(item / kThreads == next[static_cast<std::size_t>(item % kThreads)]++);
}
