// SPDX-License-Identifier: Apache-2.0
// The ring buffer that the kernel shares with us for the events of one CPU.
//
// peek() shows the oldest record without taking it, pop() gives its room back. A record that wraps around the end of
// the buffer is copied, so that every record is contiguous; what peek() showed is valid until the next peek() or pop().
//
//   source  perf_event_open(2), "MMAP layout"
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace perfopt::prof {

class PerfRing {
 public:
  // Maps the ring of `event`, `bytes` large (a power of two of at least a page). Throws SystemError; EPERM means that
  // the user may not lock that much memory.
  PerfRing(int event, std::size_t bytes);
  // For tests: a ring of memory laid out as the kernel does (a page of facts, then the data), which stays the caller's.
  explicit PerfRing(std::span<std::byte> memory);
  PerfRing(PerfRing&& other) noexcept;
  PerfRing& operator=(PerfRing&&) = delete;
  PerfRing(const PerfRing&) = delete;
  PerfRing& operator=(const PerfRing&) = delete;
  ~PerfRing();

  // Looks how far the kernel has written; peek() shows nothing written later.
  void refresh() noexcept;
  // The oldest record; empty when there is none. Throws Error (internal) when the ring does not hold records.
  [[nodiscard]] std::span<const std::byte> peek();
  void pop() noexcept;
  [[nodiscard]] std::size_t bytes() const noexcept { return size_; }

 private:
  void copy_out(std::uint64_t from, std::span<std::byte> into) const noexcept;

  std::byte* memory_ = nullptr;
  std::size_t mapped_ = 0;  // bytes to unmap; 0: not ours
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
  std::uint64_t head_ = 0;
  std::uint64_t tail_ = 0;
  std::size_t shown_ = 0;  // bytes of the record that peek() showed
  std::vector<std::byte> whole_;
};

}  // namespace perfopt::prof
