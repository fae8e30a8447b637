// SPDX-License-Identifier: Apache-2.0
#include "perfopt/optim/distributed/batcher.hpp"

#include <algorithm>
#include <cstring>
#include <string>

namespace perfopt::optim::distributed {
namespace {

constexpr std::uint32_t kMagic = 0x314D4650;  // "PFM1"

struct Header {
  std::uint32_t magic = kMagic;
  std::uint32_t messages = 0;  // 0: the end
  std::uint32_t compressed = 0;
};

void append(std::vector<std::byte>& to, std::span<const std::byte> bytes) {
  to.insert(to.end(), bytes.begin(), bytes.end());
}

}  // namespace

Batcher::Batcher(const Team& team, int to, const BatchOptions& options) : team_(team), to_(to), options_(options) {
  if (options_.codec) compressor_.emplace(*options_.codec);
  start();
}

Batcher::~Batcher() {
  for (MPI_Request& request : requests_) {
    if (request == MPI_REQUEST_NULL) continue;
    MPI_Cancel(&request);
    MPI_Wait(&request, MPI_STATUS_IGNORE);
  }
}

// Room for the header, which is known when the batch is full.
void Batcher::start() {
  buffers_[current_].resize(sizeof(Header));
  messages_ = 0;
}

void Batcher::send(std::span<const std::byte> message) {
  if (message.size() > kMaxMessageBytes) {
    throw BadInput("Batcher: a message of " + std::to_string(message.size()) + " bytes is over " +
                   std::to_string(kMaxMessageBytes));
  }
  std::vector<std::byte>& buffer = buffers_[current_];
  const auto length = static_cast<std::uint32_t>(message.size());
  const std::size_t at = buffer.size();
  buffer.resize(at + sizeof length + message.size());
  std::memcpy(buffer.data() + at, &length, sizeof length);
  std::ranges::copy(message, buffer.data() + at + sizeof length);
  ++messages_;
  if (messages_ >= options_.max_messages || buffer.size() >= options_.max_bytes) flush();
}

void Batcher::flush() {
  if (messages_ > 0) post();
}

void Batcher::close() {
  flush();
  post();
  for (std::size_t i = 0; i < requests_.size(); ++i) wait(i);
}

void Batcher::wait(std::size_t buffer) {
  check_mpi(MPI_Wait(&requests_[buffer], MPI_STATUS_IGNORE), "MPI_Wait");
}

void Batcher::post() {
  std::vector<std::byte>& buffer = buffers_[current_];
  Header header;
  header.messages = messages_;
  if (compressor_ && messages_ > 0) {
    header.compressed = 1;
    const std::vector<std::byte> frame = compressor_->compress(std::span(buffer).subspan(sizeof header));
    buffer.resize(sizeof header);
    append(buffer, frame);
  }
  std::memcpy(buffer.data(), &header, sizeof header);
  check_mpi(MPI_Isend(buffer.data(), static_cast<int>(buffer.size()), MPI_BYTE, to_, kTag, team_.comm(),
                      &requests_[current_]),
            "MPI_Isend");
  ++batches_;
  sent_bytes_ += buffer.size();
  current_ = 1 - current_;
  wait(current_);
  start();
}

BatchReader::BatchReader(const Team& team, int from) : team_(team), from_(from), decompressor_(Codec::lz4) {}

void BatchReader::refuse(const char* what) const {
  throw IntegrityError("a batch of messages from rank " + std::to_string(from_) + " is damaged: " + what);
}

void BatchReader::receive() {
  MPI_Message message = MPI_MESSAGE_NULL;
  MPI_Status status;
  check_mpi(MPI_Mprobe(from_, Batcher::kTag, team_.comm(), &message, &status), "MPI_Mprobe");
  int bytes = 0;
  check_mpi(MPI_Get_count(&status, MPI_BYTE, &bytes), "MPI_Get_count");
  batch_.resize(static_cast<std::size_t>(bytes));
  check_mpi(MPI_Mrecv(batch_.data(), bytes, MPI_BYTE, &message, MPI_STATUS_IGNORE), "MPI_Mrecv");
  Header header;
  if (batch_.size() < sizeof header) refuse("it is shorter than its header");
  std::memcpy(&header, batch_.data(), sizeof header);
  if (header.magic != kMagic) refuse("it does not begin as one");
  rest_ = std::span<const std::byte>(batch_).subspan(sizeof header);
  left_ = header.messages;
  ended_ = left_ == 0;
  if (header.compressed == 0) return;
  content_ = decompressor_.decompress(rest_);
  rest_ = content_;
}

std::optional<std::span<const std::byte>> BatchReader::next() {
  if (left_ == 0 && !ended_) receive();
  if (ended_) return std::nullopt;
  std::uint32_t length = 0;
  if (rest_.size() < sizeof length) refuse("it ends within a message");
  std::memcpy(&length, rest_.data(), sizeof length);
  rest_ = rest_.subspan(sizeof length);
  if (rest_.size() < length) refuse("it ends within a message");
  const auto message = rest_.first(length);
  rest_ = rest_.subspan(length);
  if (--left_ == 0 && !rest_.empty()) refuse("bytes follow its last message");
  return message;
}

}  // namespace perfopt::optim::distributed
