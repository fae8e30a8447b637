// SPDX-License-Identifier: Apache-2.0
#include "perfopt/optim/memory/pool.hpp"

#include <cstdint>
#include <set>

#include <doctest/doctest.h>

#include "perfopt/core/random.hpp"

using perfopt::Random;
using perfopt::optim::Pool;

namespace {

struct alignas(64) Wide {
  std::uint64_t value;
};

struct Counted {
  explicit Counted(int& live_objects, bool fail = false) : live(live_objects) {
    if (fail) throw std::runtime_error("no");
    ++live;
  }
  ~Counted() { --live; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  int& live;
};

}  // namespace

TEST_CASE("Pool: live objects keep their values and alignment through random creation and destruction") {
  Pool<Wide> pool(3);
  std::vector<Wide*> live;
  std::vector<std::uint64_t> expected;
  Random random(7);
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    if (live.empty() || random.below(5) < 3) {
      live.push_back(pool.create(Wide{i}));
      expected.push_back(i);
      CHECK(reinterpret_cast<std::uintptr_t>(live.back()) % 64 == 0);
    } else {
      const std::size_t victim = random.below(live.size());
      REQUIRE(live[victim]->value == expected[victim]);
      pool.destroy(live[victim]);
      live.erase(live.begin() + static_cast<std::ptrdiff_t>(victim));
      expected.erase(expected.begin() + static_cast<std::ptrdiff_t>(victim));
    }
  }
  CHECK(pool.size() == live.size());
  CHECK(std::set<Wide*>(live.begin(), live.end()).size() == live.size());
  for (std::size_t i = 0; i < live.size(); ++i) CHECK(live[i]->value == expected[i]);
}

TEST_CASE("Pool: destructors run, and a freed slot is reused before memory grows") {
  int live = 0;
  Pool<Counted> pool(1);
  Counted* const a = pool.create(live);
  Counted* const b = pool.create(live);
  CHECK(live == 2);
  const std::size_t capacity = pool.capacity_bytes();
  pool.destroy(a);
  CHECK(live == 1);
  CHECK(pool.create(live) == a);
  CHECK(pool.capacity_bytes() == capacity);
  pool.destroy(a);
  pool.destroy(b);
  pool.destroy(nullptr);
  CHECK(live == 0);
  CHECK(pool.size() == 0);
}

TEST_CASE("Pool: a constructor that throws leaves its slot free") {
  int live = 0;
  Pool<Counted> pool(1);
  CHECK_THROWS_AS((void)pool.create(live, true), std::runtime_error);
  CHECK(pool.size() == 0);
  const std::size_t capacity = pool.capacity_bytes();
  Counted* const object = pool.create(live);
  CHECK(pool.capacity_bytes() == capacity);
  pool.destroy(object);
}
