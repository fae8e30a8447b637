// SPDX-License-Identifier: Apache-2.0
// Reads many pieces of one file at once: up to `depth` reads are in flight through io_uring, by one thread.
//
// Pays off for small reads from a device that serves several at a time; a file in the page cache gains little. Where
// io_uring is not permitted or not built into the kernel, the same reads are made one by one, and fallback_reason()
// says why. Not for use by two threads at once.
// Errors: SystemError with the path where the file cannot be opened (EINVAL: it is on a file system without O_DIRECT)
// or one of the reads fails; all others have ended by then, so the buffers may be freed.
// Source: io_uring(7), liburing 2.3.
//
//   example:
//   const auto path = std::filesystem::temp_directory_path() / ("batch-" + std::to_string(::getpid()));
//   perfopt::write_atomically(path, "0123456789");
//   std::array<std::byte, 2> late{};
//   std::array<std::byte, 4> over_the_end{};
//   perfopt::optim::Read reads[] = {{8, late}, {7, over_the_end}};
//   perfopt::optim::BatchReader reader(path);
//   reader.read(reads);
//   std::filesystem::remove(path);
//   if (!(reads[0].count == 2 && late[1] == std::byte{'9'})) throw std::logic_error("two bytes at 8");
//   if (!(reads[1].count == 3)) throw std::logic_error("the file ends after three bytes");
//   end
#pragma once

#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>

#include "perfopt/core/file.hpp"

namespace perfopt::optim {

struct Read {
  std::uint64_t offset = 0;   // in the file [bytes]
  std::span<std::byte> into;  // filled, or up to the end of the file
  std::size_t count = 0;      // out: bytes read
};

struct BatchOptions {
  unsigned depth = 64;   // most reads in flight, 1 to 4096
  bool direct = false;   // O_DIRECT: past the page cache; offsets, lengths and addresses must be multiples of the
                         // device's block size (4096 always fits)
  bool io_uring = true;  // false: one by one, as where io_uring is missing
};

class BatchReader {
 public:
  explicit BatchReader(const std::filesystem::path& path, const BatchOptions& options = {});
  BatchReader(const BatchReader&) = delete;
  BatchReader& operator=(const BatchReader&) = delete;
  ~BatchReader();

  // Returns when all have ended; sets their `count`.
  void read(std::span<Read> reads);

  // Why reads are made one by one; "" when io_uring makes them.
  [[nodiscard]] const std::string& fallback_reason() const noexcept { return fallback_reason_; }

 private:
  class Ring;

  std::filesystem::path path_;
  UniqueFd fd_;
  std::unique_ptr<Ring> ring_;
  std::string fallback_reason_;
};

}  // namespace perfopt::optim
