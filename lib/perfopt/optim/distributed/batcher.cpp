// SPDX-License-Identifier: Apache-2.0
#include "perfopt/optim/distributed/batcher.hpp"

#include <algorithm>
#include <string>

namespace perfopt::optim::distributed {
namespace {

constexpr std::uint32_t kMagic = 0x314D4650;  // "PFM1"

constexpr std::size_t kMostReserved = std::size_t{1} << 20U;

struct Header {
  std::uint32_t magic = kMagic;
  std::uint32_t messages = 0;  // 0: the end
  std::uint32_t compressed = 0;
};

}  // namespace

Batcher::Batcher(const Team& team, int to, const BatchOptions& options)
    : team_(team), to_(to), options_(options), used_(sizeof(Header)) {
  if (options_.codec) compressor_.emplace(*options_.codec);
  for (std::vector<std::byte>& buffer : buffers_) buffer.resize(std::min(options_.max_bytes, kMostReserved));
}

Batcher::~Batcher() {
  for (MPI_Request& request : requests_) {
    if (request == MPI_REQUEST_NULL) continue;
    MPI_Cancel(&request);
    MPI_Wait(&request, MPI_STATUS_IGNORE);
  }
}

// Room for one more message than fits, which ends the batch.
void Batcher::grow(std::size_t message_bytes) {
  if (message_bytes > kMaxMessageBytes) {
    throw BadInput("Batcher: a message of " + std::to_string(message_bytes) + " bytes is over " +
                   std::to_string(kMaxMessageBytes));
  }
  const std::size_t needed = used_ + sizeof(std::uint32_t) + message_bytes;
  buffers_[current_].resize(std::max(needed, 2 * buffers_[current_].size()));
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
  if (buffers_[current_].size() < sizeof(Header)) grow(0);
  Header header;
  header.messages = messages_;
  std::span<std::byte> batch = std::span(buffers_[current_]).first(used_);
  if (compressor_ && messages_ > 0) {
    header.compressed = 1;
    const std::vector<std::byte> frame = compressor_->compress(batch.subspan(sizeof header));
    frames_[current_].resize(sizeof header);
    frames_[current_].insert(frames_[current_].end(), frame.begin(), frame.end());
    batch = frames_[current_];
  }
  std::memcpy(batch.data(), &header, sizeof header);
  check_mpi(
      MPI_Isend(batch.data(), static_cast<int>(batch.size()), MPI_BYTE, to_, kTag, team_.comm(), &requests_[current_]),
      "MPI_Isend");
  ++batches_;
  sent_bytes_ += batch.size();
  current_ = 1 - current_;
  wait(current_);
  used_ = sizeof header;
  messages_ = 0;
}

BatchReader::BatchReader(const Team& team, int from) : team_(team), from_(from) {}

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
  if (!decompressor_) decompressor_.emplace(Codec::lz4);  // takes frames of either codec
  content_ = decompressor_->decompress(rest_);
  rest_ = content_;
}

}  // namespace perfopt::optim::distributed
