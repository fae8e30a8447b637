// SPDX-License-Identifier: Apache-2.0
#include "perfopt/stats/fleet.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace perfopt;
using namespace perfopt::stats;

namespace {

// A host that takes `factor` times as long for each of a number of results.
model::Suite suite_of(const std::string& host, double factor, int cases = 9) {
  model::Suite suite;
  suite.environment.host = host;
  suite.environment.kernel = "6.1";
  for (int i = 0; i < cases; ++i) {
    model::Case one;
    one.category = "cpu";
    one.problem = "sort";
    one.size = static_cast<std::uint64_t>(1000 * (i + 1));
    model::Variant variant;
    variant.name = "naive";
    variant.summary.wall_ns = 1e5 * (i + 1) * factor * (1 + 0.01 * ((i * 5) % 3 - 1));
    one.variants.push_back(variant);
    suite.cases.push_back(one);
  }
  return suite;
}

}  // namespace

TEST_CASE("the planted slow host is named, and no other") {
  const model::Suite gathered = gather_fleet(
      {suite_of("a", 1.0), suite_of("b", 1.01), suite_of("c", 1.6), suite_of("d", 0.99), suite_of("e", 1.02)});
  REQUIRE(gathered.fleet);
  const auto& hosts = gathered.fleet->hosts;
  REQUIRE(hosts.size() == 5);
  for (const model::FleetHost& host : hosts) CHECK(host.slow == (host.name == "c"));
  CHECK(*hosts[2].slowdown == doctest::Approx(1.6 / 1.01).epsilon(0.02));
  CHECK(gathered.fleet->sentence.starts_with("5 hosts: slow: c takes 1.58x the time"));
  CHECK(gathered.cases.size() == 9);
  CHECK(gathered.environment.host == "a");
}

TEST_CASE("hosts that agree are not called slow for a little") {
  const model::Suite gathered =
      gather_fleet({suite_of("a", 1.0), suite_of("b", 1.0), suite_of("c", 1.08), suite_of("d", 1.0)});
  for (const model::FleetHost& host : gathered.fleet->hosts) CHECK_FALSE(host.slow);
  CHECK(gathered.fleet->sentence == "4 hosts: none is slow; no difference of environment found");
}

TEST_CASE("of two hosts nobody knows which is slow") {
  const model::Suite gathered = gather_fleet({suite_of("a", 1.0), suite_of("b", 3.0)});
  CHECK_FALSE(gathered.fleet->hosts[1].slow);
  CHECK_FALSE(gathered.fleet->hosts[1].slowdown);
  CHECK(gathered.fleet->sentence == "2 hosts: three are needed to tell which one is slow");
}

TEST_CASE("ranks of one host have names of their own, and differences name them") {
  std::vector<model::Suite> suites{suite_of("node", 1.0), suite_of("node", 1.0), suite_of("other", 1.0)};
  suites[1].environment.kernel = "5.10";
  const model::Suite gathered = gather_fleet(suites);
  CHECK(gathered.fleet->hosts[0].name == "node (rank 0)");
  CHECK(gathered.fleet->hosts[2].name == "other");
  REQUIRE(gathered.fleet->differences.size() == 1);
  const model::FleetDifference& kernel = gathered.fleet->differences[0];
  CHECK(kernel.fact == "kernel");
  REQUIRE(kernel.values.size() == 2);
  CHECK(kernel.values[1].value == "5.10");
  CHECK(kernel.values[1].hosts == std::vector<std::string>{"node (rank 1)"});
}

TEST_CASE("what a host refused is told of it") {
  std::vector<model::Suite> suites{suite_of("a", 1.0), suite_of("b", 1.0)};
  suites[1].cases[2].variants[0].status = model::Status::failed;
  suites[1].cases[2].variants[0].reason = "wrong result: element 3";
  const model::Suite gathered = gather_fleet(suites);
  CHECK(gathered.fleet->hosts[0].failures.empty());
  CHECK(gathered.fleet->hosts[1].failures ==
        std::vector<std::string>{"cpu/sort/naive at 3,000: wrong result: element 3"});
}

TEST_CASE("a host that measured nothing has no slowdown") {
  const model::Suite gathered =
      gather_fleet({suite_of("a", 1.0), suite_of("b", 1.0), suite_of("c", 1.0), suite_of("d", 1.0, 0)});
  CHECK_FALSE(gathered.fleet->hosts[3].slowdown);
  CHECK_FALSE(gathered.fleet->hosts[3].slow);
}
