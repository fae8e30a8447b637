// SPDX-License-Identifier: Apache-2.0
// Gathers items and hands them on in batches, where each hand-over has a fixed cost: a system call, a round trip, an
// acknowledgement, a commit.
//
// The sink gets every item once, in the order of add(), when one of these is reached:
//   count   so many items are held
//   bytes   the next item would make the batch larger (an item above the limit goes alone); needs `size`
//   delay   the oldest item has waited so long; a thread of the batcher watches the clock and then calls the sink. 0:
//           there is no such thread, and only add(), flush() and close() call the sink
//   flush() hands on what is held; close() does so for the last time
// All members may be called by several threads at once. The sink is called by one thread at a time, and who adds waits
// meanwhile, so that a slow receiver slows its senders; it must not call the batcher. The span is valid during the
// call; items may be moved from.
//   errors   what the sink throws reaches the caller of add(), flush() or close(). How much of that batch has arrived
//            is not known then, so it is not sent again and nothing more is sent: every later call throws the same
//            error. An error on the batcher's own thread is thrown by the next call. BadInput for count = 0 and for
//            bytes without `size`; std::logic_error for add() after close()
// The destructor closes, and loses errors: call close() first to see them.
//
//   example:
//   std::vector<std::size_t> batches;
//   perfopt::optim::BatchLimits limits;
//   limits.count = 3;
//   perfopt::optim::Batcher<int> batcher(limits, [&](std::span<int> batch) { batches.push_back(batch.size()); });
//   for (int i = 0; i < 7; ++i) batcher.add(i);
//   batcher.close();
//   if (batches != std::vector<std::size_t>{3, 3, 1}) throw std::logic_error("two full batches and the rest");
//   end
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <span>
#include <stdexcept>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

#include "perfopt/core/error.hpp"

namespace perfopt::optim {

struct BatchLimits {
  std::size_t count = 128;
  std::size_t bytes = 0;  // 0: not counted
  std::chrono::nanoseconds delay{0};
};

template <class T>
class Batcher {
 public:
  using Sink = std::function<void(std::span<T>)>;
  using Size = std::function<std::size_t(const T&)>;  // of an item in bytes

  Batcher(const BatchLimits& limits, Sink sink, Size size = {})
      : limits_(limits), sink_(std::move(sink)), size_(std::move(size)) {
    if (limits.count == 0) throw BadInput("batches of no items: count must be 1 or more");
    if (limits.bytes > 0 && !size_) throw BadInput("batches limited by bytes need the size of an item");
    if (limits.delay > limits.delay.zero()) {
      clock_ = std::jthread([this](const std::stop_token& stop) { watch_clock(stop); });
    }
  }
  Batcher(const Batcher&) = delete;
  Batcher& operator=(const Batcher&) = delete;
  ~Batcher() {
    try {
      close();
    } catch (...) {  // a destructor cannot report it; the head of the header says so
      return;
    }
  }

  void add(T item) {
    const std::lock_guard lock(mutex_);
    if (closed_) throw std::logic_error("add() to a closed batcher");
    throw_if_failed();
    const std::size_t bytes = limits_.bytes > 0 ? size_(item) : 0;
    if (limits_.bytes > 0 && !held_.empty() && bytes > limits_.bytes - held_bytes_) hand_on();
    if (held_.empty()) {
      oldest_ = Clock::now();
      changed_.notify_one();
    }
    held_.push_back(std::move(item));
    held_bytes_ += bytes;
    if (held_.size() >= limits_.count || (limits_.bytes > 0 && held_bytes_ >= limits_.bytes)) hand_on();
  }

  void flush() {
    const std::lock_guard lock(mutex_);
    throw_if_failed();
    hand_on();
  }

  // Calls after the first do nothing.
  void close() {
    clock_.request_stop();
    const std::lock_guard lock(mutex_);
    if (std::exchange(closed_, true)) return;
    throw_if_failed();
    hand_on();
  }

  [[nodiscard]] std::uint64_t batches() const {  // that the sink has taken
    const std::lock_guard lock(mutex_);
    return batches_;
  }

 private:
  using Clock = std::chrono::steady_clock;

  void throw_if_failed() const {
    if (failure_) std::rethrow_exception(failure_);
  }

  void hand_on() {
    if (held_.empty()) return;
    try {
      sink_(held_);
      ++batches_;
    } catch (...) {
      failure_ = std::current_exception();
    }
    held_.clear();
    held_bytes_ = 0;
    throw_if_failed();
  }

  void watch_clock(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
      if (held_.empty()) {
        changed_.wait(lock, stop, [this] { return !held_.empty(); });
        continue;
      }
      const auto due = oldest_ + limits_.delay;
      const auto seen = oldest_;
      changed_.wait_until(lock, stop, due, [&] { return held_.empty() || oldest_ != seen; });
      if (held_.empty() || oldest_ + limits_.delay > Clock::now()) continue;
      try {
        hand_on();
      } catch (...) {
        return;  // kept in failure_ for the next caller
      }
    }
  }

  const BatchLimits limits_;
  const Sink sink_;
  const Size size_;

  mutable std::mutex mutex_;  // guards all below
  std::condition_variable_any changed_;
  std::vector<T> held_;
  std::size_t held_bytes_ = 0;
  typename Clock::time_point oldest_;
  std::uint64_t batches_ = 0;
  std::exception_ptr failure_;
  bool closed_ = false;
  std::jthread clock_;  // last, so that it ends first
};

}  // namespace perfopt::optim
