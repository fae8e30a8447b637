// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/record/perf_ring.hpp"

#include <linux/perf_event.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstring>
#include <utility>

#include "perfopt/core/error.hpp"

namespace perfopt::prof {
namespace {

std::size_t page_bytes() {
  return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

perf_event_mmap_page& facts(std::byte* memory) {
  return *reinterpret_cast<perf_event_mmap_page*>(memory);
}

}  // namespace

PerfRing::PerfRing(int event, std::size_t bytes) : mapped_(bytes + page_bytes()), size_(bytes) {
  void* memory = ::mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_SHARED, event, 0);
  if (memory == MAP_FAILED) throw_errno("map a ring buffer of perf_event");
  memory_ = static_cast<std::byte*>(memory);
  data_ = memory_ + page_bytes();
}

PerfRing::PerfRing(std::span<std::byte> memory)
    : memory_(memory.data()), data_(memory.data() + page_bytes()), size_(memory.size() - page_bytes()) {}

PerfRing::PerfRing(PerfRing&& other) noexcept
    : memory_(std::exchange(other.memory_, nullptr)),
      mapped_(std::exchange(other.mapped_, 0)),
      data_(other.data_),
      size_(other.size_),
      head_(other.head_),
      tail_(other.tail_),
      shown_(other.shown_),
      whole_(std::move(other.whole_)) {}

PerfRing::~PerfRing() {
  if (mapped_ != 0) ::munmap(memory_, mapped_);
}

void PerfRing::refresh() noexcept {
  // Pairs with the kernel's barrier between writing a record and moving the head.
  head_ = std::atomic_ref(facts(memory_).data_head).load(std::memory_order_acquire);
}

std::span<const std::byte> PerfRing::peek() {
  const std::uint64_t there = head_ - tail_;
  if (there == 0) return {};
  perf_event_header header{};
  if (there >= sizeof header) copy_out(tail_, std::as_writable_bytes(std::span(&header, 1)));
  if (header.size < sizeof header || header.size > there || there > size_) {
    throw Error(ExitCode::internal, "the ring buffer of perf_event holds no record where one must be");
  }
  shown_ = header.size;
  const auto at = static_cast<std::size_t>(tail_ & (size_ - 1));
  if (at + shown_ <= size_) return {data_ + at, shown_};
  whole_.resize(shown_);
  copy_out(tail_, whole_);
  return whole_;
}

void PerfRing::pop() noexcept {
  tail_ += std::exchange(shown_, 0);
  std::atomic_ref(facts(memory_).data_tail).store(tail_, std::memory_order_release);
}

void PerfRing::copy_out(std::uint64_t from, std::span<std::byte> into) const noexcept {
  const auto at = static_cast<std::size_t>(from & (size_ - 1));
  const std::size_t first = std::min(into.size(), size_ - at);
  std::memcpy(into.data(), data_ + at, first);
  std::memcpy(into.data() + first, data_, into.size() - first);
}

}  // namespace perfopt::prof
