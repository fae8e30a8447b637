// SPDX-License-Identifier: Apache-2.0
#include "perfopt/optim/distributed/reduce.hpp"

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include "unit/distributed/mpi_session.hpp"

using namespace perfopt;
using namespace perfopt::optim::distributed;

namespace {

// x -> a * x + b, whose composition is associative and not commutative.
struct Affine {
  std::uint32_t a;
  std::uint32_t b;
  bool operator==(const Affine&) const = default;
};

Affine then(const Affine& first, const Affine& second) {
  return {first.a * second.a, second.a * first.b + second.b};
}

Affine affine_of(int rank, std::size_t i) {
  return {static_cast<std::uint32_t>(2 * rank + 3), static_cast<std::uint32_t>(i + 1)};
}

}  // namespace

TEST_CASE("a rank's place in the tree") {
  CHECK(detail::place_in_tree(0, 1).parent == -1);
  CHECK(detail::place_in_tree(0, 1).children.empty());
  CHECK(detail::place_in_tree(0, 6).children == std::vector<int>{1, 2, 4});
  CHECK(detail::place_in_tree(2, 6).parent == 0);
  CHECK(detail::place_in_tree(2, 6).children == std::vector<int>{3});
  CHECK(detail::place_in_tree(4, 6).children == std::vector<int>{5});
  CHECK(detail::place_in_tree(5, 6).parent == 4);
}

TEST_SUITE_BEGIN("ranks");

TEST_CASE("sums of vectors that are shorter and longer than a piece") {
  Team team = everybody();
  for (const std::size_t n : {0U, 1U, 8192U, 20'001U}) {
    std::vector<std::uint64_t> mine(n);
    for (std::size_t i = 0; i < n; ++i) mine[i] = i + static_cast<std::uint64_t>(team.rank());
    std::vector<std::uint64_t> sum(n, 99);
    reduce<std::uint64_t>(team, mine, sum, std::plus<>{});
    if (!team.is_root()) continue;
    const auto ranks = static_cast<std::uint64_t>(team.size());
    for (std::size_t i = 0; i < n; ++i) REQUIRE(sum[i] == i * ranks + ranks * (ranks - 1) / 2);
  }
}

TEST_CASE("an operation that is not commutative meets the ranks in their order") {
  Team team = everybody();
  constexpr std::size_t kCount = 10'000;
  std::vector<Affine> mine;
  for (std::size_t i = 0; i < kCount; ++i) mine.push_back(affine_of(team.rank(), i));
  std::vector<Affine> all(kCount);
  reduce<Affine>(team, mine, all, then);
  if (!team.is_root()) return;
  for (std::size_t i = 0; i < kCount; ++i) {
    Affine expected = affine_of(0, i);
    for (int rank = 1; rank < team.size(); ++rank) expected = then(expected, affine_of(rank, i));
    REQUIRE(all[i] == expected);
  }
}

TEST_CASE("vectors of different length are refused on every rank") {
  Team team = everybody();
  const std::vector<int> mine(team.is_root() ? 5 : 4);
  std::vector<int> into(4);
  CHECK_THROWS_WITH_AS(reduce<int>(team, mine, into, std::plus<>{}),
                       "reduce: the ranks' vectors differ in length: 4 to 5 elements", BadInput);
}

TEST_CASE("an exception of the operation reaches every rank") {
  Team team = everybody();
  if (team.size() == 1) return;  // nothing to combine
  const std::vector<int> mine(3);
  std::vector<int> into(3);
  const auto combine = [&](int a, int b) {
    if (team.is_root()) throw std::overflow_error("too large");
    return a + b;
  };
  if (team.is_root()) {
    CHECK_THROWS_AS(reduce<int>(team, mine, into, combine), std::overflow_error);
  } else {
    CHECK_THROWS_WITH_AS(reduce<int>(team, mine, into, combine), "rank 0: too large", RemoteError);
  }
}

TEST_SUITE_END();
