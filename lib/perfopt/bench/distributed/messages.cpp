// SPDX-License-Identifier: Apache-2.0
// Messages of 64 bytes from the first rank to the last: acknowledged one by one, streamed, gathered, or gathered and
// compressed.
//
// All end when the sender knows that the receiver has them all, taken apart and stored; the receiver does not know
// their lengths before. The naive program learns it after each message. The messages are lines of measurements, which
// zstd makes about a third as long: in shared memory a byte costs less than its compression.
//
//   size    messages
//   check   what the receiver has stored is all messages in their order, made again in the measuring process
//   source  optim/distributed/batcher.hpp
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "perfopt/bench/distributed/rank_task.hpp"
#include "perfopt/bench/distributed/team_workload.hpp"
#include "perfopt/bench/integrity.hpp"
#include "perfopt/core/random.hpp"
#include "perfopt/optim/distributed/batcher.hpp"

namespace perfopt::bench {
namespace {

using optim::distributed::check_mpi;
using Bytes = std::span<const std::byte>;

constexpr std::size_t kBytes = 64;
constexpr int kTag = 0;
constexpr int kStoredTag = 1;
constexpr int kAcknowledgeTag = 4;
constexpr int kSender = 0;

class Messages : public RankTask {
 public:
  Messages(std::size_t size, std::uint64_t seed) : n_(size), seed_(seed) {}

  Work work(unsigned) const final {
    const auto n = static_cast<double>(n_);
    return {n, n * kBytes, {}};
  }
  Element element() const final { return Element::u8; }
  void check(const Output& result, unsigned) const final {
    const std::string expected = text();
    require_equal(exact(Element::u8, std::span<const char>(expected)), result);
  }

  void prepare(Team& team) override {
    receiver_ = team.size() - 1;
    if (team.rank() == kSender) messages_ = text();
    if (team.rank() == receiver_) stored_.resize(n_ * kBytes);
  }
  void poison(Team&) final { std::ranges::fill(stored_, std::byte{0xDD}); }
  void run(Team& team) final {
    if (team.rank() == kSender) {
      send(team);
      await_acknowledgement(team);
    } else if (team.rank() == receiver_) {
      receive(team);
      acknowledge(team);
    }
  }
  // What the receiver has.
  std::vector<std::byte> result(Team& team) final {
    const auto bytes = static_cast<int>(n_ * kBytes);
    if (team.rank() == receiver_) {
      check_mpi(MPI_Send(stored_.data(), bytes, MPI_BYTE, kSender, kStoredTag, team.comm()), "MPI_Send");
    }
    if (team.rank() != kSender) return {};
    std::vector<std::byte> all(n_ * kBytes);
    check_mpi(MPI_Recv(all.data(), bytes, MPI_BYTE, receiver_, kStoredTag, team.comm(), MPI_STATUS_IGNORE), "MPI_Recv");
    return all;
  }

 protected:
  virtual void send(Team& team) = 0;
  virtual void receive(Team& team) = 0;
  void acknowledge(const Team& team) const {
    check_mpi(MPI_Send(nullptr, 0, MPI_BYTE, kSender, kAcknowledgeTag, team.comm()), "MPI_Send");
  }
  void await_acknowledgement(const Team& team) const {
    check_mpi(MPI_Recv(nullptr, 0, MPI_BYTE, receiver_, kAcknowledgeTag, team.comm(), MPI_STATUS_IGNORE), "MPI_Recv");
  }
  [[nodiscard]] Bytes message(std::size_t i) const {
    return std::as_bytes(std::span(messages_)).subspan(i * kBytes, kBytes);
  }
  [[nodiscard]] std::byte* place(std::size_t i) { return stored_.data() + i * kBytes; }

  const std::size_t n_;
  int receiver_ = 0;

 private:
  // Lines, each of kBytes with its end.
  std::string text() const {
    Random random(seed_);
    std::string all;
    all.reserve(n_ * kBytes);
    for (std::size_t i = 0; i < n_; ++i) {
      const std::uint64_t value = random();
      std::string line = "sensor=" + std::to_string(value % 10'000) + " time=" + std::to_string(seed_ % 100'000 + i) +
                         " value=" + std::to_string(value >> 44U) + " unit=kelvin state=ok";
      line.resize(kBytes - 1, ' ');
      all += line + '\n';
    }
    return all;
  }

  const std::uint64_t seed_;
  std::string messages_;
  std::vector<std::byte> stored_;
};

// The last of them is acknowledged as all are.
template <bool one_by_one>
struct Each final : Messages {
  using Messages::Messages;
  void send(Team& team) override {
    for (std::size_t i = 0; i < n_; ++i) {
      check_mpi(MPI_Send(message(i).data(), kBytes, MPI_BYTE, receiver_, kTag, team.comm()), "MPI_Send");
      if (one_by_one && i + 1 < n_) await_acknowledgement(team);
    }
  }
  void receive(Team& team) override {
    for (std::size_t i = 0; i < n_; ++i) {
      MPI_Status status;
      int bytes = 0;
      check_mpi(MPI_Probe(kSender, kTag, team.comm(), &status), "MPI_Probe");
      check_mpi(MPI_Get_count(&status, MPI_BYTE, &bytes), "MPI_Get_count");
      if (bytes != kBytes) throw IntegrityError("message " + std::to_string(i) + " has another length");
      check_mpi(MPI_Recv(place(i), bytes, MPI_BYTE, kSender, kTag, team.comm(), MPI_STATUS_IGNORE), "MPI_Recv");
      if (one_by_one && i + 1 < n_) acknowledge(team);
    }
  }
};

// The ends are held ready, as a program does that sends again and again.
template <bool compressed>
struct Batched final : Messages {
  using Messages::Messages;
  void prepare(Team& team) override {
    Messages::prepare(team);
    optim::distributed::BatchOptions options;
    if (compressed) options.codec = optim::Codec::zstd;
    if (team.rank() == kSender) out_.emplace(team, receiver_, options);
    if (team.rank() == receiver_) in_.emplace(team, kSender);
  }
  void send(Team&) override {
    for (std::size_t i = 0; i < n_; ++i) out_->send(message(i));
    out_->flush();
  }
  void receive(Team&) override {
    for (std::size_t i = 0; i < n_; ++i) {
      const auto message = in_->next();
      if (!message || message->size() != kBytes) throw IntegrityError("message " + std::to_string(i) + " is missing");
      std::ranges::copy(*message, place(i));
    }
  }

 private:
  std::optional<optim::distributed::Batcher> out_;
  std::optional<optim::distributed::BatchReader> in_;
};

constexpr Size kSizes[] = {{100, SizeClass::small}, {10'000, SizeClass::medium}, {100'000, SizeClass::large}};
constexpr Strategy kStrategies[] = {
    {"acknowledged", Level::baseline, "MPI_Send of each message, and an answer to each", "", "",
     make_on_ranks<Each<true>>},
    {"streamed", Level::balanced, "MPI_Send of each message, one answer at the end", "",
     "nothing is known of a message before the end", make_on_ranks<Each<false>>},
    {"batched", Level::balanced, "perfopt::optim::distributed::Batcher: 32 KiB of messages in one", "",
     "a message waits until its batch is full or flushed", make_on_ranks<Batched<false>>},
    {"batched_zstd", Level::balanced, "the same, compressed by zstd", "zstd",
     "a message waits until its batch is full or flushed; time of the CPU", make_on_ranks<Batched<true>>},
};

}  // namespace

const Problem& distributed_messages() {
  static constexpr Problem kProblem{
      .category = "distributed",
      .name = "messages",
      .title = "Messages of 64 bytes from one rank to another",
      .unit = "messages",
      .bytes_per_unit = kBytes,
      .squared = false,
      .max_size = 10'000'000,
      .sizes = kSizes,
      .strategies = kStrategies,
      .memory_bytes = [](std::size_t n) { return static_cast<double>(n) * kBytes * 4 + 1e6; },
      .file_bytes = [](std::size_t) { return 0.0; },
  };
  return kProblem;
}

}  // namespace perfopt::bench
