// SPDX-License-Identifier: Apache-2.0
#include "perfopt/optim/io/line_reader.hpp"

#include <fcntl.h>

#include <span>

namespace perfopt::optim {

LineReader::LineReader(const std::filesystem::path& path, std::size_t buffer_bytes)
    : path_(path),
      fd_(open_file(path, O_RDONLY)),
      capacity_(buffer_bytes),
      buffer_(std::make_unique_for_overwrite<char[]>(buffer_bytes)) {}

bool LineReader::next_over_refill(std::string_view& line) {
  std::size_t searched = limit_ - position_;
  while (refill()) {
    const char* const from = buffer_.get() + searched;
    const void* const hit = std::memchr(from, '\n', limit_ - searched);
    if (hit != nullptr) {
      line = {buffer_.get(), static_cast<std::size_t>(static_cast<const char*>(hit) - buffer_.get())};
      position_ = line.size() + 1;
      return true;
    }
    searched = limit_;
  }
  if (position_ == limit_) return false;
  line = {buffer_.get() + position_, limit_ - position_};
  position_ = limit_;
  return true;
}

// Moves the begun line to the front of the buffer and reads behind it; false at the end of the file.
bool LineReader::refill() {
  if (ended_) return false;
  const std::size_t begun = limit_ - position_;
  if (begun == capacity_) {
    auto larger = std::make_unique_for_overwrite<char[]>(2 * capacity_);
    std::memcpy(larger.get(), buffer_.get(), begun);
    buffer_ = std::move(larger);
    capacity_ *= 2;
  } else if (position_ > 0) {
    std::memmove(buffer_.get(), buffer_.get() + position_, begun);
  }
  position_ = 0;
  limit_ = begun;
  const std::span<char> space(buffer_.get() + begun, capacity_ - begun);
  const std::size_t count = read_some(fd_.get(), std::as_writable_bytes(space), path_);
  limit_ += count;
  ended_ = count == 0;
  return !ended_;
}

}  // namespace perfopt::optim
