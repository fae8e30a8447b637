// SPDX-License-Identifier: Apache-2.0
#include "perfopt/optim/memory/arena.hpp"

#include <cstring>
#include <limits>
#include <new>
#include <set>

#include <doctest/doctest.h>

using perfopt::optim::Arena;

TEST_CASE("Arena: allocations are aligned, disjoint and writable") {
  Arena arena(256);
  std::vector<std::pair<std::byte*, std::size_t>> pieces;
  for (std::size_t i = 0; i < 500; ++i) {
    const std::size_t bytes = i % 97;
    const std::size_t alignment = std::size_t{1} << (i % 9);
    auto* const piece = static_cast<std::byte*>(arena.allocate(bytes, alignment));
    REQUIRE(piece != nullptr);
    CHECK(reinterpret_cast<std::uintptr_t>(piece) % alignment == 0);
    std::memset(piece, static_cast<int>(i % 251), bytes);
    pieces.emplace_back(piece, bytes);
  }
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    for (std::size_t k = 0; k < pieces[i].second; ++k) {
      REQUIRE(pieces[i].first[k] == static_cast<std::byte>(i % 251));
    }
  }
}

TEST_CASE("Arena: nothing is held before the first allocation nor after release") {
  Arena arena(1000);
  CHECK(arena.capacity_bytes() == 0);
  CHECK(arena.used_bytes() == 0);
  arena.reset();
  CHECK(arena.capacity_bytes() == 0);
  (void)arena.allocate(1);
  CHECK(arena.capacity_bytes() >= 1000);
  CHECK(arena.used_bytes() >= 1);
  arena.release();
  CHECK(arena.capacity_bytes() == 0);
  CHECK(arena.used_bytes() == 0);
  (void)arena.allocate(1);
  CHECK(arena.used_bytes() >= 1);
}

TEST_CASE("Arena: after a reset the same memory serves again, also for a larger request in between") {
  Arena arena(64);
  const auto serve = [&arena] {
    std::set<void*> seen;
    for (std::size_t i = 1; i < 200; ++i) seen.insert(arena.allocate(i, 8));
    return seen;
  };
  const auto first = serve();
  const std::size_t capacity = arena.capacity_bytes();
  arena.reset();
  CHECK(arena.used_bytes() == 0);
  CHECK(serve() == first);
  CHECK(arena.capacity_bytes() == capacity);
  arena.reset();
  (void)arena.allocate(10 * capacity);
  CHECK(arena.capacity_bytes() >= 11 * capacity);
}

TEST_CASE("Arena: misuse is refused") {
  Arena arena;
  (void)arena.allocate(1);
  CHECK_THROWS_AS((void)arena.allocate(std::numeric_limits<std::size_t>::max() - 8), std::bad_alloc);
  CHECK_THROWS_AS((void)arena.allocate(std::size_t{1} << 20, 24), std::invalid_argument);
  (void)arena.allocate(8);
  CHECK_THROWS_AS((void)arena.allocate(8, 24), std::invalid_argument);  // also where the chunk has room
}

TEST_CASE("Arena: serves pmr containers and is equal to itself only") {
  Arena arena;
  Arena other;
  std::pmr::set<int> numbers(&arena);
  for (int i = 0; i < 1000; ++i) numbers.insert(i);
  CHECK(numbers.size() == 1000);
  CHECK(arena.used_bytes() >= 1000 * sizeof(int));
  CHECK(static_cast<const std::pmr::memory_resource&>(arena) == arena);
  CHECK_FALSE(static_cast<const std::pmr::memory_resource&>(arena) == other);
}
