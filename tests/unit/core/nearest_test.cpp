// SPDX-License-Identifier: Apache-2.0
#include "perfopt/core/nearest.hpp"

#include <array>

#include <doctest/doctest.h>

using namespace perfopt;

TEST_CASE("an edit is one insertion, deletion, replacement or swap of neighbours") {
  CHECK(edit_distance("", "") == 0);
  CHECK(edit_distance("memory", "memory") == 0);
  CHECK(edit_distance("memory", "MEMORY") == 0);
  CHECK(edit_distance("memroy", "memory") == 1);
  CHECK(edit_distance("memry", "memory") == 1);
  CHECK(edit_distance("memoory", "memory") == 1);
  CHECK(edit_distance("nemory", "memory") == 1);
  CHECK(edit_distance("", "cpu") == 3);
  CHECK(edit_distance("ca", "abc") == 3);  // optimal string alignment; the unrestricted distance is 2
}

TEST_CASE("the nearest name is found when it is near, and nothing is guessed when it is not") {
  constexpr std::array<std::string_view, 5> kNames{"memory", "cpu", "io", "max_time", "repetitions"};
  CHECK(nearest("memroy", kNames) == "memory");
  CHECK(nearest("maxtime", kNames) == "max_time");
  CHECK(nearest("rep", kNames) == "repetitions");
  CHECK(nearest("oi", kNames) == "io");
  CHECK(nearest("x", kNames).empty());
  CHECK(nearest("", kNames).empty());
  CHECK(nearest("colour", kNames).empty());
  CHECK(did_you_mean("cpus", kNames) == "; did you mean 'cpu'?");
  CHECK(did_you_mean("zebra", kNames).empty());
}
