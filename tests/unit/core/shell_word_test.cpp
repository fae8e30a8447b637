// SPDX-License-Identifier: Apache-2.0
#include "perfopt/core/shell_word.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

TEST_CASE("words are quoted where a shell would take them apart") {
  CHECK(perfopt::shell_word("--rate=99") == "--rate=99");
  CHECK(perfopt::shell_word("") == "''");
  CHECK(perfopt::shell_word("a b") == "'a b'");
  CHECK(perfopt::shell_word("it's") == "'it'\\''s'");
  CHECK(perfopt::shell_word("$HOME;rm") == "'$HOME;rm'");
  const std::vector<std::string> words{"sh", "-c", "exit 5"};
  CHECK(perfopt::shell_words(words) == "sh -c 'exit 5'");
}
