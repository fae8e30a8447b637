// SPDX-License-Identifier: Apache-2.0
#include "perfopt/optim/io/lru.hpp"

#include <algorithm>
#include <deque>
#include <memory>
#include <vector>

#include <doctest/doctest.h>

#include "perfopt/core/random.hpp"

using perfopt::Random;
using perfopt::optim::Lru;

namespace {

std::vector<int> keys(const Lru<int, int>& cache) {
  std::vector<int> keys;
  for (const auto& [key, value] : cache) keys.push_back(key);
  return keys;
}

}  // namespace

TEST_CASE("the least recently used key leaves first") {
  Lru<int, int> cache(3);
  CHECK_FALSE(cache.put(1, 10));
  CHECK_FALSE(cache.put(2, 20));
  CHECK_FALSE(cache.put(3, 30));
  CHECK(keys(cache) == std::vector{3, 2, 1});
  CHECK(*cache.get(1) == 10);
  CHECK(cache.put(4, 40) == std::pair(2, 20));
  CHECK(keys(cache) == std::vector{4, 1, 3});
  CHECK(cache.get(2) == nullptr);
  CHECK(cache.put(3, 33) == std::pair(3, 30));  // a new value under a held key
  CHECK(cache.put(5, 50) == std::pair(1, 10));
  CHECK(*cache.get(3) == 33);
  CHECK(cache.size() == 3);
  CHECK(cache.capacity() == 3);
  CHECK(cache.hits() == 2);
  CHECK(cache.misses() == 1);
}

TEST_CASE("a capacity of one holds the last key, none is refused") {
  Lru<int, int> cache(1);
  CHECK_FALSE(cache.put(1, 10));
  CHECK(cache.put(2, 20) == std::pair(1, 10));
  CHECK(keys(cache) == std::vector{2});
  CHECK_THROWS_AS((Lru<int, int>(0)), std::invalid_argument);
}

TEST_CASE("values may be movable only, and an evicted one keeps its resource") {
  Lru<std::string, std::unique_ptr<int>> cache(1);
  auto value = std::make_unique<int>(7);
  const int* const resource = value.get();
  CHECK_FALSE(cache.put("a", std::move(value)));
  const auto evicted = cache.put("b", nullptr);
  REQUIRE(evicted.has_value());
  CHECK(evicted->first == "a");
  CHECK(evicted->second.get() == resource);
}

TEST_CASE("it holds what a plain list of the last keys holds") {
  constexpr std::size_t kCapacity = 16;
  Lru<std::uint64_t, std::uint64_t> cache(kCapacity);
  std::deque<std::uint64_t> model;
  Random random(3);
  for (int step = 0; step < 5000; ++step) {
    const std::uint64_t key = random.below(40);
    const auto held = std::find(model.begin(), model.end(), key);
    const std::uint64_t* const value = cache.get(key);
    REQUIRE((value != nullptr) == (held != model.end()));
    if (value != nullptr) {
      REQUIRE(*value == key * 3);
      model.erase(held);
    } else {
      const auto evicted = cache.put(key, key * 3);
      REQUIRE(evicted.has_value() == (model.size() == kCapacity));
      if (evicted) {
        REQUIRE(evicted->first == model.back());
        model.pop_back();
      }
    }
    model.push_front(key);
  }
  CHECK(cache.hits() + cache.misses() == 5000);
}
