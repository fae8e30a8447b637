// SPDX-License-Identifier: Apache-2.0
// Appends records to a file: gathered in memory, written in large pieces, made durable on demand or in groups.
//
// All members may be called by several threads at once. A record is never split between two write(2) calls of ours and
// never interleaved with another. What a crash can take:
//   append()                records in the buffer are lost with the process, others with the machine
//   flush()                 all records appended before survive the process, not the machine
//   sync()                  all records appended before survive the machine. Threads that call it at the same time
//   share
//                           one fdatasync(2) (group commit): nobody returns before its own records are safe
//   commit_every(n)         WEAKER than sync() after each: a crash may lose up to n - 1 records that were appended
// The name of a new file is safe after perfopt::sync_directory(). The destructor flushes, and loses errors: call
// flush() or sync() first to see them. Errors: SystemError. After the first one nothing is known about the rest of the
// file (a failed fdatasync(2) drops pages), so every later call throws it again. Source of group commit: DeWitt et al.,
// SIGMOD 1984.
//
//   example:
//   const auto path = std::filesystem::temp_directory_path() / ("records-" + std::to_string(::getpid()));
//   {
//     perfopt::optim::BufferedWriter writer(path);
//     for (int i = 0; i < 1000; ++i) writer.append("record " + std::to_string(i % 10) + "\n");
//     writer.sync();
//   }
//   const std::string text = perfopt::read_file(path);
//   std::filesystem::remove(path);
//   if (!(text.size() == 9000 && text.ends_with("record 9\n"))) throw std::logic_error("all records in their order");
//   end
#pragma once

#include <unistd.h>

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>

#include "perfopt/core/file.hpp"

namespace perfopt::optim {

class BufferedWriter {
 public:
  // Creates the file or empties it.
  explicit BufferedWriter(const std::filesystem::path& path, std::size_t buffer_bytes = std::size_t{256} * 1024);
  BufferedWriter(const BufferedWriter&) = delete;
  BufferedWriter& operator=(const BufferedWriter&) = delete;
  ~BufferedWriter();

  void append(std::string_view record);
  void flush();
  void sync();

  // From now on every n-th record makes all before it durable; 0: none does (the start).
  void commit_every(std::size_t records);

  [[nodiscard]] std::uint64_t syncs() const;  // fdatasync(2) calls made

 private:
  using Lock = std::unique_lock<std::mutex>;
  void write_out();
  void sync(Lock& lock);
  void throw_if_failed() const;
  template <class Call>
  void guarded(Call call);

  const std::filesystem::path path_;
  const UniqueFd fd_;
  const std::size_t capacity_;
  const std::unique_ptr<char[]> buffer_;

  mutable std::mutex mutex_;  // guards all below, and the buffer's content
  std::condition_variable synced_;
  std::size_t used_ = 0;
  std::size_t commit_every_ = 0;
  std::uint64_t appended_ = 0;  // records
  std::uint64_t durable_ = 0;   // of those
  std::uint64_t syncs_ = 0;
  bool syncing_ = false;
  int error_number_ = 0;
};

}  // namespace perfopt::optim
