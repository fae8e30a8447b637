// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/network/emulator.hpp"

#include <poll.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <deque>
#include <vector>

#include "perfopt/bench/network/namespaces.hpp"
#include "perfopt/core/random.hpp"

namespace perfopt::bench {
namespace {

using Clock = std::chrono::steady_clock;
using Duration = Clock::duration;

constexpr double kFewestQueueBytes = 256 * 1024;
constexpr int kMostReads = 64;  // before the packets that are due get their turn
constexpr auto kLongestSleep = std::chrono::milliseconds(100);

Duration duration_of(double seconds) {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
}

class Direction {
 public:
  Direction(const LinkProfile& profile, int from, int to, std::uint64_t seed)
      : profile_(profile),
        half_trip_(duration_of(profile.round_trip_s / 2)),
        longest_wait_(duration_of(std::max(2 * profile.round_trip_s * profile.bytes_per_s, kFewestQueueBytes) /
                                  profile.bytes_per_s)),
        from_(from),
        to_(to),
        random_(seed) {}

  void run(const std::stop_token& stop) {
    ::prctl(PR_SET_TIMERSLACK, 1UL);
    while (!stop.stop_requested()) {
      deliver();
      take();
      sleep();
    }
  }

 private:
  struct Packet {
    Clock::time_point due;
    std::vector<std::byte> bytes;
  };

  void deliver() {
    while (!under_way_.empty() && under_way_.front().due <= Clock::now()) {
      const std::vector<std::byte>& bytes = under_way_.front().bytes;
      (void)!::write(to_, bytes.data(), bytes.size());  // a full device loses it, as a link may
      under_way_.pop_front();
    }
  }

  void take() {
    for (int i = 0; i < kMostReads; ++i) {
      const ssize_t got = ::read(from_, buffer_.data(), buffer_.size());
      if (got <= 0) return;
      const auto now = Clock::now();
      free_ = std::max(free_, now);
      if (free_ - now > longest_wait_) continue;
      free_ += duration_of(static_cast<double>(got) / profile_.bytes_per_s);
      if (random_.unit() < profile_.loss) continue;
      under_way_.push_back({free_ + half_trip_, {buffer_.begin(), buffer_.begin() + got}});
    }
  }

  void sleep() const {
    Duration left = kLongestSleep;
    if (!under_way_.empty()) left = std::min(left, under_way_.front().due - Clock::now());
    if (left <= Duration::zero()) return;
    const auto ns = std::chrono::duration_cast<std::chrono::nanoseconds>(left).count();
    const timespec time{ns / 1'000'000'000, ns % 1'000'000'000};
    pollfd readable{from_, POLLIN, 0};
    ::ppoll(&readable, 1, &time, nullptr);
  }

  const LinkProfile& profile_;
  const Duration half_trip_;
  const Duration longest_wait_;
  const int from_;
  const int to_;
  Random random_;
  Clock::time_point free_;  // when the link has sent all that it was given
  std::deque<Packet> under_way_;
  std::array<std::byte, kLinkMtu> buffer_;
};

}  // namespace

Emulator::Emulator(const LinkProfile& profile, UniqueFd client, UniqueFd server, std::uint64_t seed)
    : client_(std::move(client)),
      server_(std::move(server)),
      to_server_([&profile, seed, from = client_.get(), to = server_.get()](const std::stop_token& stop) {
        Direction(profile, from, to, seed).run(stop);
      }),
      to_client_([&profile, seed, from = server_.get(), to = client_.get()](const std::stop_token& stop) {
        Direction(profile, from, to, seed + 1).run(stop);
      }) {}

}  // namespace perfopt::bench
