// SPDX-License-Identifier: Apache-2.0
#include "perfopt/core/pattern.hpp"

#include <doctest/doctest.h>

#include "perfopt/core/error.hpp"

using perfopt::Pattern;

TEST_CASE("a pattern is found anywhere in a name") {
  CHECK(Pattern("sort|maps", "--filter").found_in("cpu/sort/tbb"));
  CHECK_FALSE(Pattern("^sort", "--filter").found_in("cpu/sort/tbb"));
  CHECK(Pattern("", "--filter").found_in("anything"));
}

TEST_CASE("a name of a megabyte does not end the program") {
  CHECK_FALSE(Pattern(".*x", "--filter").found_in(std::string(1'000'000, 'a')));
}

TEST_CASE("what is no expression is refused with its source") {
  CHECK_THROWS_WITH_AS(Pattern("(", "--filter"), "--filter: '(' is no regular expression", perfopt::BadInput);
}
