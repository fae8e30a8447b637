// SPDX-License-Identifier: Apache-2.0
#include "perfopt/optim/io/batch_reader.hpp"

#include <fcntl.h>
#include <liburing.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "perfopt/core/error.hpp"

namespace perfopt::optim {
namespace {

constexpr unsigned kMostDepth = 4096;
constexpr std::size_t kMostBytes = std::size_t{1} << 30;  // one request counts its bytes in 32 bits

bool passes_by_itself(int error_number) {
  return error_number == EINTR || error_number == EAGAIN || error_number == EBUSY;
}

}  // namespace

class BatchReader::Ring {
 public:
  // Throws the negative error number of io_uring_queue_init(3) as SystemError.
  explicit Ring(unsigned depth) : depth_(depth) {
    const int result = ::io_uring_queue_init(depth, &ring_, 0);
    if (result < 0) throw SystemError(-result, "io_uring");
  }
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;
  ~Ring() { ::io_uring_queue_exit(&ring_); }

  // Returns 0, or the error number of the first read that failed; none is in flight then.
  int read(int fd, std::span<Read> reads) {
    std::size_t next = 0;
    in_flight_ = 0;
    error_number_ = 0;
    for (;;) {
      while (error_number_ == 0 && next < reads.size() && in_flight_ < depth_) {
        reads[next].count = 0;
        prepare(fd, reads[next]);
        ++next;
        ++in_flight_;
      }
      if (in_flight_ == 0) return error_number_;
      submit_and_wait(next == reads.size() ? in_flight_ : 1);
      reap(fd);
    }
  }

 private:
  // There is room for each: the queue has at least depth_ entries, and no more are in flight.
  void prepare(int fd, Read& read) {
    io_uring_sqe* const entry = ::io_uring_get_sqe(&ring_);
    const std::span<std::byte> rest = read.into.subspan(read.count);
    ::io_uring_prep_read(entry, fd, rest.data(), static_cast<unsigned>(std::min(rest.size(), kMostBytes)),
                         read.offset + read.count);
    ::io_uring_sqe_set_data(entry, &read);
  }

  void submit_and_wait(unsigned count) {
    const int result = ::io_uring_submit_and_wait(&ring_, count);
    if (result < 0 && !passes_by_itself(-result)) throw SystemError(-result, "io_uring_enter");
  }

  void reap(int fd) {
    io_uring_cqe* done[64];
    while (const unsigned count = ::io_uring_peek_batch_cqe(&ring_, done, std::size(done))) {
      for (unsigned i = 0; i < count; ++i)
        finish(fd, done[i]->res, *static_cast<Read*>(::io_uring_cqe_get_data(done[i])));
      ::io_uring_cq_advance(&ring_, count);
    }
  }

  void finish(int fd, int result, Read& read) {
    const bool again = result < 0 && passes_by_itself(-result);
    if (result > 0) read.count += static_cast<std::size_t>(result);
    const bool incomplete = result > 0 && read.count < read.into.size();
    if (again || incomplete) return prepare(fd, read);
    --in_flight_;
    if (result < 0 && error_number_ == 0) error_number_ = -result;
  }

  io_uring ring_{};
  unsigned depth_;
  unsigned in_flight_ = 0;
  int error_number_ = 0;
};

BatchReader::BatchReader(const std::filesystem::path& path, const BatchOptions& options)
    : path_(path), fd_(open_file(path, options.direct ? O_RDONLY | O_DIRECT : O_RDONLY)) {
  if (!options.io_uring) {
    fallback_reason_ = "io_uring was not asked for";
    return;
  }
  try {
    ring_ = std::make_unique<Ring>(std::clamp(options.depth, 1U, kMostDepth));
  } catch (const SystemError& error) {
    fallback_reason_ = error.what();
  }
}

BatchReader::~BatchReader() = default;

void BatchReader::read(std::span<Read> reads) {
  if (ring_) {
    const int error_number = ring_->read(fd_.get(), reads);
    if (error_number != 0) throw SystemError(error_number, "read " + path_.string());
    return;
  }
  for (Read& read : reads) read.count = read_at(fd_.get(), read.into, static_cast<off_t>(read.offset), path_);
}

}  // namespace perfopt::optim
