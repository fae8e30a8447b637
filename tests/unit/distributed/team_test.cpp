// SPDX-License-Identifier: Apache-2.0
#include "perfopt/optim/distributed/team.hpp"

#include <stdexcept>
#include <string>

#include <doctest/doctest.h>

#include "unit/distributed/mpi_session.hpp"

using namespace perfopt;
using namespace perfopt::optim::distributed;

TEST_SUITE_BEGIN("ranks");

TEST_CASE("a failure of one rank is thrown on all, and theirs is the message of the first") {
  const Team team = everybody();
  CHECK_NOTHROW(team.agree(nullptr));
  const int last = team.size() - 1;
  std::exception_ptr failure;
  if (team.rank() == last) failure = std::make_exception_ptr(std::out_of_range("no such row"));
  if (team.rank() == last) {
    CHECK_THROWS_WITH_AS(team.agree(failure), "no such row", std::out_of_range);
  } else {
    CHECK_THROWS_WITH_AS(team.agree(failure), ("rank " + std::to_string(last) + ": no such row").c_str(), RemoteError);
  }
  CHECK_NOTHROW(team.agree(nullptr));
}

TEST_CASE("a failing call of MPI is an exception that names it") {
  const Team team = everybody();
  const int value = 1;
  CHECK_THROWS_WITH_AS(check_mpi(MPI_Send(&value, 1, MPI_INT, team.size(), 0, team.comm()), "MPI_Send"),
                       "MPI_Send: MPI_ERR_RANK: invalid rank", MpiError);
}

TEST_CASE("the first ranks make a team of their own") {
  const Team team = everybody();
  const auto part = team.first(1);
  CHECK(part.has_value() == (team.rank() == 0));
  if (part) CHECK(part->size() == 1);
  const auto all = team.first(team.size());
  REQUIRE(all.has_value());
  CHECK(all->rank() == team.rank());
}

TEST_SUITE_END();
