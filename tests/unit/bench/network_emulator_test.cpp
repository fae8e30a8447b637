// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/network/emulator.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <vector>

#include <doctest/doctest.h>

#include "perfopt/core/error.hpp"

using namespace perfopt;
using namespace perfopt::bench;

namespace {

using Clock = std::chrono::steady_clock;

// A socket whose packets the emulator carries, in the place of a TUN device.
struct End {
  UniqueFd ours;
  UniqueFd theirs;
  End() {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends.data()) != 0) throw_errno("socketpair");
    ours.reset(ends[0]);
    theirs.reset(ends[1]);
    ::fcntl(ends[1], F_SETFL, O_NONBLOCK);
  }
};

bool arrives(int fd, int wait_ms) {
  pollfd readable{fd, POLLIN, 0};
  if (::poll(&readable, 1, wait_ms) != 1) return false;
  std::array<char, 2000> packet{};
  return ::read(fd, packet.data(), packet.size()) > 0;
}

std::vector<bool> losses(double loss, std::uint64_t seed, int packets) {
  const LinkProfile profile{"lossy", 0, 1e9, loss, ""};
  End client;
  End server;
  const Emulator emulator(profile, std::move(client.theirs), std::move(server.theirs), seed);
  std::vector<bool> lost;
  for (int i = 0; i < packets; ++i) {
    const char byte = 1;
    REQUIRE(::write(client.ours.get(), &byte, 1) == 1);
    lost.push_back(!arrives(server.ours.get(), loss > 0 ? 20 : 5000));
  }
  return lost;
}

}  // namespace

TEST_CASE("packets are lost at random, at the rate of the link") {
  const std::vector<bool> lost = losses(0.3, 7, 100);
  const auto count = std::count(lost.begin(), lost.end(), true);
  CHECK(count >= 15);  // 99.9 % of binomial(100, 0.3)
  CHECK(count <= 45);
  CHECK(losses(0, 7, 100) == std::vector<bool>(100, false));
}

TEST_CASE("a packet takes half a round trip and its time at the rate") {
  const LinkProfile profile{"slow", 20e-3, 50'000, 0, ""};
  End client;
  End server;
  const Emulator emulator(profile, std::move(client.theirs), std::move(server.theirs), 1);
  const std::array<char, 1000> packet{};  // 20 ms at that rate
  const auto start = Clock::now();
  for (int i = 0; i < 3; ++i) REQUIRE(::write(server.ours.get(), packet.data(), packet.size()) == 1000);
  for (int i = 1; i <= 3; ++i) {
    REQUIRE(arrives(client.ours.get(), 5000));
    CHECK(Clock::now() - start >= std::chrono::milliseconds(10 + 20 * i));
  }
}
