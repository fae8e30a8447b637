// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/network/transfer.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "perfopt/bench/network/delivery.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/random.hpp"
#include "perfopt/core/units.hpp"
#include "perfopt/optim/network/frame.hpp"

namespace perfopt::bench {
namespace {

using optim::FrameCodec;
using Bytes = std::span<const std::byte>;
using Clock = std::chrono::steady_clock;

// A line of a service's log, about 500 bytes: most of it is the same in all, as structured logs are.
std::string record(Random& random, std::uint64_t& time_ms) {
  static constexpr std::array kPaths{"/api/v1/cart/items", "/api/v1/cart/checkout", "/api/v1/orders", "/healthz"};
  static constexpr std::array kStatuses{200, 200, 200, 200, 200, 304, 404, 503};
  time_ms += random.below(20);
  std::array<char, 600> text{};
  const int length = std::snprintf(
      text.data(), text.size(),
      "{\"time_ms\":%llu,\"request_id\":\"%08llx\",\"level\":\"info\",\"logger\":\"http.access\",\"message\":"
      "\"request completed\","
      "\"service\":{\"name\":\"checkout\",\"version\":\"2.14.1\",\"environment\":\"production\"},"
      "\"kubernetes\":{\"namespace\":\"shop\",\"deployment\":\"checkout\",\"node\":\"node-%02d\",\"region\":\"eu-west-"
      "1\"},"
      "\"http\":{\"method\":\"GET\",\"version\":\"1.1\",\"path\":\"%s\",\"status\":%d,\"duration_us\":%d,"
      "\"user_agent\":\"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\"}}\n",
      static_cast<unsigned long long>(time_ms), static_cast<unsigned long long>(random() >> 32U),
      static_cast<int>(random.below(16)), kPaths[random.below(kPaths.size())],
      kStatuses[random.below(kStatuses.size())], static_cast<int>(random.below(9000)));
  return {text.data(), static_cast<std::size_t>(length)};
}

// Messages of equal length, end to end: as many records as are needed, the last of each cut.
std::string records(std::uint64_t seed, std::size_t message_bytes, std::size_t messages) {
  Random random(seed);
  std::uint64_t time_ms = 1'768'640'000'000 + random.below(1'000'000'000);
  std::string text;
  for (std::size_t i = 1; i <= messages; ++i) {
    while (text.size() < i * message_bytes) text += record(random, time_ms);
    text.resize(i * message_bytes);
  }
  return text;
}

const optim::Dictionary& dictionary() {
  static const optim::Dictionary trained = [] {
    constexpr std::size_t kSample = 512;
    constexpr std::size_t kSamples = 1000;
    const std::string text = records(0x5EED, kSample, kSamples);
    const std::vector<std::size_t> lengths(kSamples, kSample);
    return optim::Dictionary::train(std::as_bytes(std::span(text)), lengths);
  }();
  return trained;
}

// What a link carries in bytes a second, measured once: by the time that a longer stream takes more than a shorter one.
class MeasuredRate final : public Service {
 public:
  MeasuredRate(const ServiceContext&, const std::string&) {}
  std::string death() override { return ""; }

  double of(Link& link) {
    if (rate_ == 0) rate_ = measure(link);
    return rate_;
  }

 private:
  static double seconds(Link& link, std::size_t bytes) {
    Connection connection(link, std::move(link.sockets(1).front()));
    const std::uint64_t session = link.new_session();
    connection.open({Traffic::stream, session, bytes});
    const std::vector<std::byte> data(bytes);
    const auto start = Clock::now();
    connection.send(data);
    (void)connection.acknowledgement();
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    link.close(session);
    return seconds;
  }

  static double measure(Link& link) {
    constexpr std::size_t kShort = std::size_t{256} << 10;
    constexpr std::size_t kLong = std::size_t{768} << 10;
    double shorter = 1e9;
    double longer = 1e9;
    const int repetitions = link.round_trip_s() > 0.02 ? 1 : 3;  // on a slow link each takes a good part of a second
    for (int i = 0; i < repetitions; ++i) {
      shorter = std::min(shorter, seconds(link, kShort));
      longer = std::min(longer, seconds(link, kLong));
    }
    return static_cast<double>(kLong - kShort) / std::max(longer - shorter, 1e-6);
  }

  double rate_ = 0;
};

class Transferred : public Delivery {
 public:
  Transferred(const Setup& setup, std::string_view profile, std::size_t messages)
      : Delivery(setup, profile, Traffic::units, records(setup.seed, setup.size, messages), setup.size) {}

  [[nodiscard]] Work work() const override {
    const auto bytes = static_cast<double>(content().size());
    return {static_cast<double>(pieces()), bytes, link_bound(sent_)};
  }

 protected:
  void send_counted(Bytes payload, bool is_framed, bool wants_acknowledgement = true) {
    sent_ += static_cast<double>(payload.size());
    send_unit(std::span(&payload, 1), is_framed, wants_acknowledgement);
  }
  void start() { sent_ = 0; }
  [[nodiscard]] double sent() const { return sent_; }

 private:
  double sent_ = 0;  // payload bytes that crossed in the last run()
};

struct Acknowledged final : Transferred {
  using Transferred::Transferred;
  void run() override {
    start();
    for (std::size_t i = 0; i < pieces(); ++i) {
      send_counted(piece(i), false);
      wait_for((i + 1) * piece_bytes());
    }
  }
};

struct Batched final : Transferred {
  using Transferred::Transferred;
  void run() override {
    start();
    send_counted(content(), false);
    wait_for(content().size());
  }
};

class Compressed : public Transferred {
 public:
  Compressed(const Setup& setup, std::string_view profile, std::size_t messages, optim::FrameWriter writer)
      : Transferred(setup, profile, messages), writer_(std::move(writer)) {}

  // What is compressed is on its way while the next part of the batch is compressed, and the receiver begins with it.
  void run() override {
    start();
    const std::size_t part = std::max<std::size_t>(1, kPartBytes / piece_bytes());
    for (std::size_t first = 0; first < pieces(); first += part) {
      const std::size_t count = std::min(part, pieces() - first);
      stream_.clear();
      write_frames(first, count);
      send_counted(stream_, true, first + count == pieces());
    }
    wait_for(content().size());
  }
  [[nodiscard]] std::string note() const override {
    if (sent() == 0) return "";
    return "payload " + format_percent(sent() / static_cast<double>(content().size())) + " of the messages";
  }

 protected:
  // The frames of so many messages.
  virtual void write_frames(std::size_t first, std::size_t count) {
    append(content().subspan(first * piece_bytes(), count * piece_bytes()));
  }
  void append(Bytes bytes) { writer_.append(bytes, stream_); }

 private:
  static constexpr std::size_t kPartBytes = std::size_t{256} << 10;
  optim::FrameWriter writer_;
  std::vector<std::byte> stream_;
};

class WithDictionary final : public Compressed {
 public:
  WithDictionary(const Setup& setup, std::string_view profile, std::size_t messages)
      : Compressed(setup, profile, messages, optim::FrameWriter(dictionary())) {}

 private:
  void write_frames(std::size_t first, std::size_t count) override {
    for (std::size_t i = first; i < first + count; ++i) append(piece(i));
  }
};

class Chosen final : public Compressed {
 public:
  Chosen(const Setup& setup, std::string_view profile, std::size_t messages)
      : Chosen(setup, profile, messages, choose(setup, profile, messages)) {}

  [[nodiscard]] std::string note() const override { return why_; }

 private:
  struct Choice {
    FrameCodec codec;
    std::string why;
  };

  Chosen(const Setup& setup, std::string_view profile, std::size_t messages, Choice choice)
      : Compressed(setup, profile, messages, optim::FrameWriter(choice.codec)), why_(std::move(choice.why)) {}

  static Choice choose(const Setup& setup, std::string_view profile, std::size_t messages) {
    Link& link = setup.services->get<Link>(std::string(profile));
    const double rate = setup.services->get<MeasuredRate>(std::string(profile)).of(link);
    const std::string sample = records(setup.seed + 1, setup.size, messages);
    const auto costs = optim::rank_codecs(std::as_bytes(std::span(sample)), rate);
    std::string why = "chose " + std::string(codec_name(costs[0].codec)) + " for " + format_byte_rate(rate) + ": ";
    for (const optim::CodecCost& cost : costs) {
      if (&cost != &costs[0]) why += ", ";
      why += std::string(codec_name(cost.codec)) + " " + format_duration_ns(cost.total_s() * 1e9);
    }
    return {costs[0].codec, std::move(why)};
  }

  std::string why_;
};

}  // namespace

std::unique_ptr<Workload> make_transfer(Transfer transfer, std::string_view profile, std::size_t messages,
                                        const Setup& setup) {
  switch (transfer) {
    case Transfer::acknowledged:
      return std::make_unique<Acknowledged>(setup, profile, messages);
    case Transfer::batched:
      return std::make_unique<Batched>(setup, profile, messages);
    case Transfer::batched_lz4:
      return std::make_unique<Compressed>(setup, profile, messages, optim::FrameWriter(FrameCodec::lz4));
    case Transfer::batched_zstd:
      return std::make_unique<Compressed>(setup, profile, messages, optim::FrameWriter(FrameCodec::zstd));
    case Transfer::dictionary:
      setup.services->get<Link>(std::string(profile)).use(dictionary());
      return std::make_unique<WithDictionary>(setup, profile, messages);
    case Transfer::chosen:
      return std::make_unique<Chosen>(setup, profile, messages);
  }
  throw Error(ExitCode::internal, "a transfer that is none");
}

}  // namespace perfopt::bench
