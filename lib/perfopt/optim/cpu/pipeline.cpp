// SPDX-License-Identifier: Apache-2.0
#include "perfopt/optim/cpu/pipeline.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>

#include <tbb/info.h>

#include "perfopt/core/error.hpp"

namespace perfopt::optim::detail {
namespace {

// Station 0 is the source; station i takes from queue i - 1. One lock for all: it is taken twice for each batch.
class Line {
 public:
  Line(const Source& source, const std::vector<Stage>& stages, const PipelineOptions& options)
      : source_(source), stages_(stages), options_(options), queues_(stages.size()), busy_(stages.size() + 1, false) {}

  // What every thread does until the stream is over or a stage has thrown.
  void work() {
    std::unique_lock lock(mutex_);
    while (!over()) {
      const std::size_t station = runnable();
      if (station == kNone) {
        changed_.wait(lock);
        continue;
      }
      run_station(station, lock);
    }
  }

  void fail(std::exception_ptr failure) {
    const std::lock_guard lock(mutex_);
    if (!failure_) failure_ = std::move(failure);
    changed_.notify_all();
  }

  void rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  static constexpr std::size_t kNone = ~std::size_t{0};

  bool over() const {
    if (failure_) return true;
    return source_ended_ && std::ranges::all_of(queues_, &std::deque<BatchPointer>::empty) &&
           std::ranges::none_of(busy_, [](bool busy) { return busy; });
  }

  // The last one first: what is nearest to the end frees the most memory.
  std::size_t runnable() const {
    for (std::size_t station = busy_.size(); station-- > 0;) {
      if (busy_[station]) continue;
      const bool has_input = station == 0 ? !source_ended_ : !queues_[station - 1].empty();
      const bool has_room = station == stages_.size() || queues_[station].size() < options_.queue_batches;
      if (has_input && has_room) return station;
    }
    return kNone;
  }

  void run_station(std::size_t station, std::unique_lock<std::mutex>& lock) {
    BatchPointer batch;
    if (station > 0) {
      batch = std::move(queues_[station - 1].front());
      queues_[station - 1].pop_front();
    }
    busy_[station] = true;
    lock.unlock();
    try {
      batch = station == 0 ? source_(options_.batch) : stages_[station - 1](std::move(batch));
      lock.lock();
    } catch (...) {
      lock.lock();
      if (!failure_) failure_ = std::current_exception();
      batch = nullptr;
    }
    busy_[station] = false;
    if (station == 0 && !batch) source_ended_ = true;
    if (station < stages_.size() && batch) queues_[station].push_back(std::move(batch));
    changed_.notify_all();
  }

  const Source& source_;
  const std::vector<Stage>& stages_;
  const PipelineOptions options_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::deque<BatchPointer>> queues_;
  std::vector<bool> busy_;
  bool source_ended_ = false;
  std::exception_ptr failure_;
};

std::size_t thread_count(std::size_t stations, unsigned max_threads) {
  const auto cores = static_cast<std::size_t>(tbb::info::default_concurrency());
  return std::min(stations, max_threads == 0 ? cores : max_threads);
}

}  // namespace

void run_stages(const Source& source, const std::vector<Stage>& stages, const PipelineOptions& options) {
  if (options.batch == 0 || options.queue_batches == 0) {
    throw BadInput("Pipeline: batch and queue_batches must be at least 1");
  }
  Line line(source, stages, options);
  {
    std::vector<std::jthread> threads;
    try {
      for (std::size_t i = 1; i < thread_count(stages.size() + 1, options.max_threads); ++i) {
        threads.emplace_back([&line] { line.work(); });
      }
    } catch (...) {
      line.fail(std::current_exception());
    }
    line.work();
  }
  line.rethrow();
}

}  // namespace perfopt::optim::detail
