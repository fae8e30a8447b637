// SPDX-License-Identifier: Apache-2.0
// Send messages over loopback: each acknowledged before the next, in batches, in a window, or all before one
// acknowledgement as small writes that the kernel sends as they come, holds back or joins.
//
// In all of them every message is acknowledged before run() ends; they differ in how many may be lost unnoticed until
// then. The connection is open beforehand.
//
//   size    n, bytes of a message; 256 messages, fewer above 4 KiB so that they are 2 MiB
//   check   the server holds each message, in their order
//   limit   round trips of one byte over loopback
//   source  Nagle, RFC 896; tcp(7) TCP_NODELAY, TCP_CORK
#include <netinet/tcp.h>

#include <algorithm>
#include <array>

#include "perfopt/bench/network/delivery.hpp"
#include "perfopt/core/random.hpp"
#include "perfopt/optim/network/batcher.hpp"

namespace perfopt::bench {
namespace {

constexpr std::size_t kMostMessages = 256;
constexpr std::size_t kMostBytes = std::size_t{2} << 20;
constexpr std::size_t kBatch = 128;
constexpr std::size_t kBatchBytes = std::size_t{1} << 20;
constexpr std::size_t kWindow = 32;

std::size_t count_of(std::size_t message_bytes) {
  return std::clamp<std::size_t>(kMostBytes / message_bytes, 4, kMostMessages);
}

class Messages : public Delivery {
 public:
  explicit Messages(const Setup& setup)
      : Delivery(setup, "loopback", Traffic::units, body_of(setup.seed, setup.size * count_of(setup.size)),
                 setup.size) {}

  [[nodiscard]] Work work() const override {
    return {static_cast<double>(pieces()), static_cast<double>(content().size()), {Limit::round_trips, round_trips()}};
  }

 protected:
  // The least number that the strategy has to wait for.
  [[nodiscard]] virtual double round_trips() const { return 1; }
  void send_message(std::size_t index, bool wants_acknowledgement) {
    const std::array payload{piece(index)};
    send_unit(payload, false, wants_acknowledgement);
  }
};

struct Acknowledged final : Messages {
  using Messages::Messages;
  [[nodiscard]] double round_trips() const override { return static_cast<double>(pieces()); }
  void run() override {
    for (std::size_t i = 0; i < pieces(); ++i) {
      send_message(i, true);
      wait_for((i + 1) * piece_bytes());
    }
  }
};

struct Batched final : Messages {
  using Messages::Messages;
  void run() override {
    std::size_t sent = 0;
    optim::BatchLimits limits;
    limits.count = kBatch;
    limits.bytes = kBatchBytes;
    optim::Batcher<std::span<const std::byte>> batcher(
        limits,
        [&](auto batch) {
          send_unit(batch, false, true);
          for (const auto message : batch) sent += message.size();
          wait_for(sent);
        },
        [](const auto& message) { return message.size(); });
    for (std::size_t i = 0; i < pieces(); ++i) batcher.add(piece(i));
    batcher.close();
  }
};

struct Window final : Messages {
  using Messages::Messages;
  void run() override {
    for (std::size_t i = 0; i < pieces() + kWindow; ++i) {
      if (i >= kWindow && i - kWindow < pieces()) wait_for((i - kWindow + 1) * piece_bytes());
      if (i < pieces()) send_message(i, true);
    }
  }
};

// One acknowledgement, for the last message.
class SmallWrites : public Messages {
 public:
  using Messages::Messages;

 protected:
  void send_all() {
    for (std::size_t i = 0; i < pieces(); ++i) send_message(i, i + 1 == pieces());
  }
  void wait_for_all() { wait_for(content().size()); }
};

struct NoDelay final : SmallWrites {
  using SmallWrites::SmallWrites;
  void run() override {
    send_all();
    wait_for_all();
  }
};

struct Nagle final : SmallWrites {
  explicit Nagle(const Setup& setup) : SmallWrites(setup) { connection().set(TCP_NODELAY, 0); }
  void run() override {
    send_all();
    wait_for_all();
  }
};

struct Cork final : SmallWrites {
  using SmallWrites::SmallWrites;
  void run() override {
    connection().set(TCP_CORK, 1);
    send_all();
    connection().set(TCP_CORK, 0);
    wait_for_all();
  }
};

constexpr Strategy kStrategies[] = {
    {"acknowledged", Level::baseline, "a write for each message, which waits for its acknowledgement", "", "",
     make<Acknowledged>},
    {"batched", Level::balanced,
     "optim::Batcher: up to 128 messages, at most 1 MiB, in one write with one acknowledgement", "",
     "a message waits for its batch, and is acknowledged with it", make<Batched>},
    {"window", Level::balanced, "up to 32 messages sent ahead of their acknowledgements", "",
     "up to 32 messages to send again after a failure", make<Window>},
    {"nodelay", Level::balanced, "a write for each message, TCP_NODELAY, one acknowledgement at the end", "",
     "all messages to send again after a failure", make<NoDelay>},
    {"nagle", Level::balanced, "the same with Nagle's algorithm, which joins small writes", "",
     "all messages to send again after a failure; the last ones may wait for a delayed ACK", make<Nagle>},
    {"cork", Level::balanced, "the same under TCP_CORK, which joins all of them to full packets", "",
     "all messages to send again after a failure", make<Cork>},
};
constexpr Size kSizes[] = {{256, SizeClass::small}, {4096, SizeClass::medium}, {65536, SizeClass::large}};

}  // namespace

const Problem& network_messages() {
  static constexpr Problem problem{
      .category = "network",
      .name = "messages",
      .title = "Send messages that are acknowledged",
      .unit = "bytes",
      .bytes_per_unit = 1,
      .squared = false,
      .max_size = 4 << 20,
      .sizes = kSizes,
      .strategies = kStrategies,
      .memory_bytes = [](std::size_t n) { return static_cast<double>(n * count_of(n)) * 2 + 1e6; },
      .file_bytes = [](std::size_t) { return 0.0; },
      .one_cpu = true,
  };
  return problem;
}

}  // namespace perfopt::bench
