// SPDX-License-Identifier: Apache-2.0
// The writing side of the ring between a program and perfprof (protocol.hpp). Part of the preloaded library.
//
// A writer is opened in each process image, again in a child of fork(2). Records are written under a spin lock that
// nothing is allocated within; what does not fit is counted as lost, and the program never waits for its reader.
#pragma once

#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <climits>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "perfopt/prof/heap/protocol.hpp"

namespace perfopt::prof::heap {

inline constexpr std::size_t kPathWords = PATH_MAX / 8;

class RingWriter {
 public:
  // Of write(), and of whatever must not change meanwhile.
  class Lock {
   public:
    explicit Lock(RingWriter& ring) : ring_(ring) { ring_.lock(); }
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;
    ~Lock() { ring_.unlock(); }

   private:
    RingWriter& ring_;
  };

  // Apart for fork(2): a child that is made while another thread writes would find it taken for ever.
  void lock() {
    while (locked_.exchange(true, std::memory_order_acquire)) sched_yield();
  }
  void unlock() { locked_.store(false, std::memory_order_release); }

  // Maps a new ring for this process; nothing is recorded where that fails.
  bool open(std::uint64_t start_ns, bool own_malloc) {
    const char* directory = getenv(kDirectoryVariable);
    if (directory == nullptr) return false;
    char made[PATH_MAX];
    char named[PATH_MAX];
    const auto start = static_cast<unsigned long long>(start_ns);
    const int length = snprintf(made, sizeof made, "%s/new.%d.%llu", directory, getpid(), start);
    snprintf(named, sizeof named, "%s/heap.%d.%llu", directory, getpid(), start);
    if (length <= 0 || static_cast<std::size_t>(length) + 1 >= sizeof named) return false;
    void* mapped = map_new(made);
    if (mapped == MAP_FAILED) return false;
    header_ = static_cast<Header*>(mapped);
    words_ = reinterpret_cast<std::uint64_t*>(static_cast<char*>(mapped) + kHeaderBytes);
    header_->magic = kMagic;
    header_->pid = static_cast<std::uint32_t>(getpid());
    header_->parent_pid = static_cast<std::uint32_t>(getppid());
    header_->start_ns = start_ns;
    header_->own_malloc = own_malloc ? 1 : 0;
    return rename(made, named) == 0;
  }

  // In a child of fork(2), which has its parent's.
  void close() {
    munmap(header_, kBytes);
    header_ = nullptr;
  }

  // Under the lock.
  void write(Kind kind, const std::uint64_t* words, std::size_t count) {
    const std::uint64_t written = header_->written.load(std::memory_order_relaxed);
    const std::uint64_t used = written - header_->read.load(std::memory_order_acquire);
    if (used + count + 1 > kRingWords) {
      header_->lost.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    words_[written % kRingWords] = static_cast<std::uint64_t>(kind) | (count + 1) << 8U;
    for (std::size_t i = 0; i < count; ++i) words_[(written + 1 + i) % kRingWords] = words[i];
    header_->written.store(written + count + 1, std::memory_order_release);
  }

  // `words` numbers of `record` and then a text, for which it has kPathWords more. Takes the lock.
  void write_text(Kind kind, std::uint64_t* record, std::size_t words, const char* text) {
    const std::size_t bytes = strnlen(text, PATH_MAX - 8) + 1;
    const std::size_t text_words = (bytes + 7) / 8;
    record[words + text_words - 1] = 0;
    memcpy(record + words, text, bytes - 1);
    reinterpret_cast<char*>(record + words)[bytes - 1] = '\0';
    const Lock lock(*this);
    write(kind, record, words + text_words);
  }

  void count_not_watched() { header_->not_watched.fetch_add(1, std::memory_order_relaxed); }
  // False too after a close().
  [[nodiscard]] bool is_of(pid_t pid) const {
    return header_ != nullptr && header_->pid == static_cast<std::uint32_t>(pid);
  }
  [[nodiscard]] std::uint64_t start_ns() const { return header_->start_ns; }

 private:
  static constexpr std::size_t kBytes = kHeaderBytes + kRingWords * 8;

  static void* map_new(const char* path) {
    const int file = ::open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) return MAP_FAILED;
    void* mapped = MAP_FAILED;
    // Really there: a page that a full disk cannot hold would kill the program when it is first written to.
    if (posix_fallocate(file, 0, kBytes) == 0) {
      mapped = mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    }
    ::close(file);
    if (mapped == MAP_FAILED) unlink(path);
    return mapped;
  }

  Header* header_ = nullptr;
  std::uint64_t* words_ = nullptr;
  std::atomic<bool> locked_{false};
};

}  // namespace perfopt::prof::heap
