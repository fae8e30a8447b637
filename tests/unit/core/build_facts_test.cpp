// SPDX-License-Identifier: Apache-2.0
#include "perfopt/core/build_facts.hpp"

#include <doctest/doctest.h>

#include <regex>
#include <string>

TEST_CASE("the facts of this build are told") {
  const perfopt::BuildFacts& facts = perfopt::build_facts();
  CHECK(std::regex_match(std::string(facts.version), std::regex(R"(\d+\.\d+\.\d+)")));
  CHECK(std::regex_match(std::string(facts.commit), std::regex("([0-9a-f]{12}(-dirty)?)?")));
  CHECK(std::regex_match(std::string(facts.compiler), std::regex(R"((GNU|Clang) \d+\.\d+\.\d+)")));
  CHECK(facts.build_type != "");
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
  CHECK(facts.sanitizers != "");
#endif
#if defined(__OPTIMIZE__)
  CHECK(facts.compiler_flags.find("-O") != std::string_view::npos);
#endif
}
