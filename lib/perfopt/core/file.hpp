// SPDX-License-Identifier: Apache-2.0
// Files through system calls, with every return code checked.
//
// A failure is a SystemError that names the call, the path and, where it is known, what to do; an interrupted call
// (EINTR) is repeated. Descriptors are closed on exec. `path` arguments beside a descriptor serve the message alone.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace perfopt {

// Owns one file descriptor. -1: none.
class UniqueFd {
 public:
  UniqueFd() noexcept = default;
  explicit UniqueFd(int fd) noexcept : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    if (this != &other) reset(std::exchange(other.fd_, -1));
    return *this;
  }
  UniqueFd(const UniqueFd&) = delete;
  UniqueFd& operator=(const UniqueFd&) = delete;
  ~UniqueFd() { reset(); }

  [[nodiscard]] int get() const noexcept { return fd_; }
  [[nodiscard]] explicit operator bool() const noexcept { return fd_ >= 0; }
  [[nodiscard]] int release() noexcept { return std::exchange(fd_, -1); }
  // Closes what is held. An error of close(2) is not seen here: sync_file() first where it matters.
  void reset(int fd = -1) noexcept;

 private:
  int fd_ = -1;
};

// open(2) with O_CLOEXEC added; `mode` is used with O_CREAT.
[[nodiscard]] UniqueFd open_file(const std::filesystem::path& path, int flags, mode_t mode = 0666);

// What one read(2) gives; 0 at the end of the file.
[[nodiscard]] std::size_t read_some(int fd, std::span<std::byte> into, const std::filesystem::path& path);

// Fills `into` from `offset` on; fewer bytes than its size only where the file ends.
[[nodiscard]] std::size_t read_at(int fd, std::span<std::byte> into, off_t offset, const std::filesystem::path& path);

// All of `bytes`, however many write(2) calls it takes.
void write_all(int fd, std::span<const std::byte> bytes, const std::filesystem::path& path);
void write_all(int fd, std::string_view text, const std::filesystem::path& path);

// fdatasync(2): what was written survives a crash of the machine.
void sync_file(int fd, const std::filesystem::path& path);

// fsync(2) of a directory: the names in it survive a crash. A no-op where the file system cannot.
void sync_directory(const std::filesystem::path& directory);

[[nodiscard]] std::size_t file_size(int fd, const std::filesystem::path& path);

// The whole file. Also reads pipes and /proc, whose size is not known before.
[[nodiscard]] std::string read_file(const std::filesystem::path& path);

// A reader of `path` sees the old content or all of `text`, also after a crash: a temporary file in the same directory
// is written, synced and renamed, and removed on failure. The mode of an existing file is kept, a symbolic link is
// followed. What is no regular file (/dev/stdout, a pipe) cannot be replaced and is written in place.
void write_atomically(const std::filesystem::path& path, std::string_view text);

}  // namespace perfopt
