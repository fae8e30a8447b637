// SPDX-License-Identifier: Apache-2.0
#include "perfopt/optim/distributed/map.hpp"

#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "unit/distributed/mpi_session.hpp"

using namespace perfopt;
using namespace perfopt::optim::distributed;

namespace {

struct Pair {
  std::uint64_t index;
  std::uint16_t square;  // with padding, and of a size that is no power of two
};

}  // namespace

TEST_SUITE_BEGIN("ranks");

TEST_CASE("results are those of each index, in order, whatever the schedule and the chunk") {
  Team team = everybody();
  for (const Schedule schedule : {Schedule::dynamic, Schedule::guided}) {
    for (const std::size_t chunk : {0U, 1U, 3U, 5000U}) {
      for (const std::size_t n : {0U, 1U, 2U, 7U, 1000U}) {
        CAPTURE(n);
        CAPTURE(chunk);
        std::uint64_t calls = 0;
        const auto f = [&calls](std::size_t i) {
          ++calls;
          return Pair{i, static_cast<std::uint16_t>(i * i)};
        };
        const std::vector<Pair> results = map_dynamic<Pair>(team, n, f, {schedule, chunk});
        std::uint64_t of_all = 0;
        MPI_Allreduce(&calls, &of_all, 1, MPI_UINT64_T, MPI_SUM, team.comm());
        CHECK(of_all == n);
        REQUIRE(results.size() == (team.is_root() ? n : 0));
        for (std::size_t i = 0; i < results.size(); ++i) {
          REQUIRE(results[i].index == i);
          REQUIRE(results[i].square == static_cast<std::uint16_t>(i * i));
        }
      }
    }
  }
}

TEST_CASE("an exception of one rank ends the map on all, and the next map works") {
  Team team = everybody();
  for (const std::size_t bad : {0U, 500U, 999U}) {
    bool mine = false;
    std::string message;
    try {
      (void)map_dynamic<std::size_t>(team, 1000, [&](std::size_t i) {
        if (i != bad) return i;
        mine = true;
        throw std::runtime_error("item " + std::to_string(i) + " is bad");
      });
    } catch (const RemoteError& error) {
      message = error.what();
      CHECK_FALSE(mine);
      CHECK(message.starts_with("rank "));
    } catch (const std::runtime_error& error) {
      message = error.what();
      CHECK(mine);
    }
    CHECK(message.ends_with("item " + std::to_string(bad) + " is bad"));
    const auto again = map_dynamic<std::size_t>(team, 10, [](std::size_t i) { return i; });
    CHECK(again.size() == (team.is_root() ? 10 : 0));
  }
}

TEST_CASE("a rank that computes wrongly is seen in its items alone") {
  Team team = everybody();
  const int last = team.size() - 1;
  const auto results = map_dynamic<int>(team, 300, [&](std::size_t) { return team.rank() == last ? -1 : 7; });
  for (const int result : results) CHECK((result == 7 || result == -1));
  if (team.size() == 1) CHECK(results.front() == -1);
}

TEST_CASE("more items than MPI can count are refused") {
  Team team = everybody();
  const std::size_t n = std::size_t{1} << 31U;
  CHECK_THROWS_AS((void)map_dynamic<char>(team, n, [](std::size_t) { return 'a'; }), BadInput);
}

TEST_SUITE_END();
