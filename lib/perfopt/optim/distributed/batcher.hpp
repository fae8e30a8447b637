// SPDX-License-Identifier: Apache-2.0
// Many small messages from one rank to another in few large ones, compressed if wanted.
//
// A message of MPI costs about the same whether it carries 64 bytes or 4 KiB. A Batcher gathers messages until there
// are `max_messages` of them or `max_bytes`, and sends them as one while the next are gathered; a BatchReader on the
// other rank takes them apart again, in their order. A message is not delivered before its batch is full: flush() when
// somebody waits for it. Compression pays off between machines, hardly ever in shared memory.
//
//   batch    magic "PFM1", number of messages u32, 1 for compressed u32, then messages, each a length u32 and its
//            bytes; compressed, they are a frame of optim/memory/compressor.hpp with its checksums. Little-endian, as
//            the ranks must be
//   errors   MpiError; BadInput for a message over kMaxMessageBytes; IntegrityError for a batch that is damaged
//   threads  an object at a time
//
//   example:
//   int initialized = 0;
//   MPI_Initialized(&initialized);
//   if (!initialized) MPI_Init(nullptr, nullptr);
//   perfopt::optim::distributed::Team team(MPI_COMM_SELF);
//   perfopt::optim::distributed::Batcher out(team, 0);
//   const std::string word = "hello";
//   for (int i = 0; i < 100; ++i) out.send(std::as_bytes(std::span(word)));
//   out.close();
//   perfopt::optim::distributed::BatchReader in(team, 0);
//   int words = 0;
//   while (const auto message = in.next()) words += message->size() == word.size() ? 1 : 0;
//   if (!(words == 100 && out.batches() == 2)) throw std::logic_error("all messages in one, and the end in another");
//   end
#pragma once

#include <mpi.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <vector>

#include "perfopt/optim/distributed/team.hpp"
#include "perfopt/optim/memory/compressor.hpp"

namespace perfopt::optim::distributed {

struct BatchOptions {
  std::size_t max_messages = 1024;
  std::size_t max_bytes = std::size_t{32} * 1024;  // of messages and their lengths
  std::optional<Codec> codec = {};
};

class Batcher {
 public:
  static constexpr std::size_t kMaxMessageBytes = std::size_t{256} << 20U;
  static constexpr int kTag = 2;

  // `team` must outlive it.
  Batcher(const Team& team, int to, const BatchOptions& options = {});
  Batcher(const Batcher&) = delete;
  Batcher& operator=(const Batcher&) = delete;
  // What was not flushed is lost, and the reader is told of no end: close() first.
  ~Batcher();

  void send(std::span<const std::byte> message) {
    const std::size_t end = used_ + sizeof(std::uint32_t) + message.size();
    if (end > buffers_[current_].size()) grow(message.size());
    const auto length = static_cast<std::uint32_t>(message.size());
    std::byte* at = buffers_[current_].data() + used_;
    std::memcpy(at, &length, sizeof length);
    if (!message.empty()) std::memcpy(at + sizeof length, message.data(), message.size());
    used_ = end;
    ++messages_;
    if (messages_ >= options_.max_messages || used_ >= options_.max_bytes) flush();
  }
  void flush();
  // Sends what is left and the end, and waits until the reader has it all or MPI a copy.
  void close();

  [[nodiscard]] std::uint64_t batches() const { return batches_; }
  [[nodiscard]] std::uint64_t sent_bytes() const { return sent_bytes_; }  // as they went over the wire

 private:
  void grow(std::size_t message_bytes);
  void post();
  void wait(std::size_t buffer);

  const Team& team_;
  int to_;
  BatchOptions options_;
  std::optional<Compressor> compressor_;
  std::array<std::vector<std::byte>, 2> buffers_;  // one is filled while the other is sent
  std::array<std::vector<std::byte>, 2> frames_;   // what is sent of a compressed batch
  std::array<MPI_Request, 2> requests_{MPI_REQUEST_NULL, MPI_REQUEST_NULL};
  std::size_t current_ = 0;
  std::size_t used_ = 0;  // of the current buffer
  std::uint32_t messages_ = 0;
  std::uint64_t batches_ = 0;
  std::uint64_t sent_bytes_ = 0;
};

class BatchReader {
 public:
  BatchReader(const Team& team, int from);

  // The next message, valid until the next call; empty after the end. Waits for it.
  [[nodiscard]] std::optional<std::span<const std::byte>> next() {
    if (left_ == 0 && !ended_) receive();
    if (ended_) return std::nullopt;
    std::uint32_t length = 0;
    if (rest_.size() < sizeof length) refuse("it ends within a message");
    std::memcpy(&length, rest_.data(), sizeof length);
    if (rest_.size() - sizeof length < length) refuse("it ends within a message");
    const auto message = rest_.subspan(sizeof length, length);
    rest_ = rest_.subspan(sizeof length + length);
    if (--left_ == 0 && !rest_.empty()) refuse("bytes follow its last message");
    return message;
  }

 private:
  void receive();
  [[noreturn]] void refuse(const char* what) const;

  const Team& team_;
  int from_;
  std::optional<Compressor> decompressor_;  // when it is first needed
  std::vector<std::byte> batch_;
  std::vector<std::byte> content_;   // of a compressed batch
  std::span<const std::byte> rest_;  // messages not yet taken
  std::uint32_t left_ = 0;
  bool ended_ = false;
};

}  // namespace perfopt::optim::distributed
