// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/services.hpp"

#include <doctest/doctest.h>

using namespace perfopt;
using namespace perfopt::bench;

namespace {

int started = 0;

class Healthy final : public Service {
 public:
  Healthy(const ServiceContext& context, std::string variant)
      : connections(context.connections), name(std::move(variant)) {
    ++started;
  }
  std::string death() override { return reason; }
  unsigned connections;
  std::string name;
  std::string reason;
};

class Absent final : public Service {
 public:
  Absent(const ServiceContext&, const std::string&) {
    ++started;
    throw Unavailable("absent: not installed");
  }
  std::string death() override { return ""; }
};

}  // namespace

TEST_CASE("a service is started once, for each of its variants") {
  Services services({"/", 7});
  started = 0;
  CHECK(services.get<Healthy>().connections == 7);
  CHECK(services.get<Healthy>("wan").name == "wan");
  CHECK(&services.get<Healthy>() == &services.get<Healthy>(""));
  CHECK(started == 2);
}

TEST_CASE("what could not be started, and what has died, says why each time it is asked for") {
  Services services({"/"});
  started = 0;
  for (int i = 0; i < 2; ++i) {
    CHECK_THROWS_WITH_AS((void)services.get<Absent>(), "absent: not installed", Unavailable);
  }
  CHECK(started == 1);
  CHECK(services.deaths().empty());
  services.get<Healthy>().reason = "healthy was killed by signal 9 (Killed)";
  CHECK(services.deaths() == std::vector<std::string>{"healthy was killed by signal 9 (Killed)"});
  CHECK_THROWS_WITH_AS((void)services.get<Healthy>(), "healthy was killed by signal 9 (Killed)", Unavailable);
  CHECK(services.get<Healthy>("other").reason.empty());
}
