// SPDX-License-Identifier: Apache-2.0
// The reader's end of the ring that a program writes its sampled allocations into (heap/protocol.hpp).
//
// The program can write there what it likes: every length is checked, and a ring that makes no sense is read no
// further.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "perfopt/prof/heap/protocol.hpp"

namespace perfopt::prof {

// One record; what its kind does not say is 0 or empty.
struct HeapRecord {
  heap::Kind kind = heap::Kind::start;
  std::uint64_t time_ns = 0;
  std::uint32_t tid = 0;
  std::uint64_t address = 0;  // of the block, or of the code that was mapped; 0: its end will not be told
  std::uint64_t bytes = 0;    // asked for, or the length of the code
  std::uint64_t mean = 0;     // bytes between two samples
  std::uint64_t offset = 0;
  std::string text;                      // name of the program, path
  std::span<const std::uint64_t> chain;  // return addresses, innermost first; valid until the next record is read
  bool cut = false;
};

class HeapRing {
 public:
  // Maps the file. Empty when it is gone or is none of ours.
  [[nodiscard]] static std::optional<HeapRing> open(const std::filesystem::path& path);
  // Over memory that a caller holds: heap::kHeaderBytes and heap::kRingWords words. For tests.
  explicit HeapRing(void* memory) : memory_(memory) {}
  HeapRing(HeapRing&& other) noexcept;
  HeapRing& operator=(HeapRing&&) = delete;
  HeapRing(const HeapRing&) = delete;
  HeapRing& operator=(const HeapRing&) = delete;
  ~HeapRing();

  [[nodiscard]] pid_t pid() const noexcept;
  [[nodiscard]] pid_t parent_pid() const noexcept;
  [[nodiscard]] std::uint64_t start_ns() const noexcept;
  [[nodiscard]] bool own_malloc() const noexcept;
  [[nodiscard]] std::uint64_t not_watched() const noexcept;
  [[nodiscard]] std::uint64_t lost() const noexcept;
  [[nodiscard]] bool broken() const noexcept { return broken_; }

  // The next record; false when there is none yet, or the ring is broken.
  [[nodiscard]] bool next(HeapRecord& record);

 private:
  [[nodiscard]] heap::Header& header() const noexcept;
  [[nodiscard]] bool parse(HeapRecord& record);

  void* memory_ = nullptr;
  bool mapped_ = false;
  bool broken_ = false;
  std::vector<std::uint64_t> words_;  // of the record at hand: copied once, so that it cannot change under our checks
};

}  // namespace perfopt::prof
