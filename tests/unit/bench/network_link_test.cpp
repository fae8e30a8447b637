// SPDX-License-Identifier: Apache-2.0
// Links: what arrives, how late and how fast, and what is left of them.
#include "perfopt/bench/network/link.hpp"

#include <signal.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include <doctest/doctest.h>

#include <xxhash.h>

#include "perfopt/bench/network/connection.hpp"
#include "perfopt/core/error.hpp"

using namespace perfopt;
using namespace perfopt::bench;

namespace {

using Clock = std::chrono::steady_clock;

ServiceContext context() {
  ServiceContext context;
  context.scratch = std::filesystem::temp_directory_path();
  return context;
}

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

Connection connect(Link& link) {
  return Connection(link, std::move(link.sockets(1).at(0)));
}

// Median of the time of a byte there and back.
double round_trip_s(Link& link, int count) {
  Connection connection = connect(link);
  connection.open({Traffic::echo, link.new_session(), 0});
  std::vector<double> times;
  std::byte byte{};
  for (int i = 0; i < count; ++i) {
    const auto start = Clock::now();
    connection.send({&byte, 1});
    connection.receive({&byte, 1});
    times.push_back(seconds_since(start));
  }
  std::ranges::sort(times);
  return times[times.size() / 2];
}

double stream_bytes_per_s(Link& link, std::size_t bytes) {
  Connection connection = connect(link);
  connection.open({Traffic::stream, link.new_session(), bytes});
  const std::vector<std::byte> data(bytes);
  double rate = 0;
  for (int i = 0; i < 2; ++i) {  // the first one finds the window
    const auto start = Clock::now();
    connection.send(data);
    CHECK(connection.acknowledgement().bytes == bytes);
    rate = static_cast<double>(bytes) / seconds_since(start);
  }
  return rate;
}

bool is_emulated(const Link& link) {
  if (link.round_trip_s() > 0) return true;
  MESSAGE("skipped: " << link.conditions());
  return false;
}

}  // namespace

TEST_CASE("the server tells what it received, and forgets it") {
  Link link(context(), "loopback");
  CHECK(link.death() == "");
  CHECK(link.conditions() == "plain loopback, server in a process of its own");
  const std::uint64_t session = link.new_session();
  Connection connection = connect(link);
  connection.open({Traffic::units, session, 100});
  const std::string text = "one two ";
  for (const bool wants_acknowledgement : {false, true}) {
    const UnitHead head{8, false, wants_acknowledgement, 0};
    connection.send(std::as_bytes(std::span(&head, 1)));
    connection.send(text);
  }
  CHECK(connection.acknowledgement().bytes == 16);
  CHECK(link.digests(session, 4) == std::vector<std::uint64_t>{XXH3_64bits("one ", 4), XXH3_64bits("two ", 4),
                                                               XXH3_64bits("one ", 4), XXH3_64bits("two ", 4)});
  link.forget(session);
  CHECK(link.digests(session, 4).empty());
  link.close(session);
}

TEST_CASE("damaged frames end their connection, and the server goes on") {
  Link link(context(), "loopback");
  Connection connection = connect(link);
  connection.open({Traffic::units, link.new_session(), 100});
  const UnitHead head{4, true, true, 0};
  connection.send(std::as_bytes(std::span(&head, 1)));
  connection.send("noise");
  CHECK_THROWS_AS((void)connection.acknowledgement(), SystemError);
  CHECK(link.death() == "");
  CHECK(round_trip_s(link, 3) > 0);
}

TEST_CASE("a killed server is named, and who talks to it is told") {
  Link link(context(), "loopback");
  Connection connection = connect(link);
  connection.open({Traffic::echo, link.new_session(), 0});
  auto sockets = link.sockets(1);
  ::kill(link.pid(), SIGKILL);
  std::byte byte{};
  CHECK_THROWS_AS(connection.receive({&byte, 1}), SystemError);  // what a strategy sees comes first
  CHECK(link.death() == "the server of link loopback was killed by signal 9 (Killed)");
  CHECK_THROWS_WITH_AS(Connection(link, std::move(sockets[0])), "connect to the server of the link: Connection refused",
                       SystemError);
  CHECK_THROWS_AS((void)link.sockets(1), SystemError);
}

TEST_SUITE("timing") {
  TEST_CASE("an emulated link has its delay and its rate") {
    for (const char* name : {"region", "office"}) {
      Link link(context(), name);
      if (!is_emulated(link)) continue;
      CAPTURE(name);
      CHECK(round_trip_s(link, 15) == doctest::Approx(link.round_trip_s()).epsilon(0.1));
      const double rate = stream_bytes_per_s(link, 8'000'000);
      CHECK(rate >= 0.9 * link.bytes_per_s());
      CHECK(rate <= 1.01 * link.bytes_per_s());
    }
  }
}
