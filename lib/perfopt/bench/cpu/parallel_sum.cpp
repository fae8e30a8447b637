// SPDX-License-Identifier: Apache-2.0
// Sum 64-bit integers with several threads, and what the threads themselves cost.
//
// Adding takes a fraction of a nanosecond for each integer, starting a thread several microseconds and waking a pool
// about one: few integers are summed before the first thread has begun.
//
//   size    integers [elements]; footprint 8 bytes each
//   check   the sum modulo 2^64, exact, against one over the regenerated input
//   errors  std::bad_alloc; SystemError when a thread cannot be started
#include <tbb/blocked_range.h>
#include <tbb/parallel_reduce.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <numeric>
#include <span>
#include <system_error>
#include <thread>
#include <vector>

#include "perfopt/bench/cpu/thread_pool.hpp"
#include "perfopt/bench/integrity.hpp"
#include "perfopt/bench/workload.hpp"
#include "perfopt/core/random.hpp"
#include "perfopt/optim/cpu/parallel_for.hpp"

namespace perfopt::bench {
namespace {

using Value = std::uint64_t;

Value sum_of(std::span<const Value> values) {
  return std::accumulate(values.begin(), values.end(), Value{0});
}

class ParallelSum : public Workload {
 public:
  explicit ParallelSum(const Setup& setup) : seed_(setup.seed), threads_(setup.threads), values_(setup.size) {
    Random random(seed_);
    for (Value& value : values_) value = random();
  }

  Work work() const final {
    const std::size_t bytes = values_.size() * sizeof(Value);
    return {static_cast<double>(values_.size()),
            static_cast<double>(bytes),
            {.limit = Limit::read_bandwidth,
             .units = static_cast<double>(bytes),
             .working_set_bytes = bytes,
             .threads = threads_used()}};
  }
  void warm() final { run(); }  // the pool's threads are awake, as in a program that has just used them
  void poison() final { sum_ = {0xDEADDEADDEADDEADU}; }
  Output output() final { return exact(Element::u64, std::span<const Value>(sum_)); }
  void check(const Output& result) const final {
    Random random(seed_);
    std::array<Value, 1> expected{};
    for (std::size_t i = 0; i < values_.size(); ++i) expected[0] += random();
    require_equal(exact(Element::u64, std::span<const Value>(expected)), result);
  }

 protected:
  virtual unsigned threads_used() const { return threads_; }

  const std::uint64_t seed_;
  const unsigned threads_;
  std::vector<Value> values_;
  std::array<Value, 1> sum_{};
};

struct Serial final : ParallelSum {
  using ParallelSum::ParallelSum;
  unsigned threads_used() const override { return 1; }
  void run() override { sum_[0] = sum_of(values_); }
};

struct NewThreads final : ParallelSum {
  using ParallelSum::ParallelSum;
  void run() override {
    const std::size_t n = values_.size();
    std::atomic<Value> sum{0};
    const auto part = [&](std::size_t thread) {
      const std::size_t first = n * thread / threads_;
      sum += sum_of(std::span(values_).subspan(first, n * (thread + 1) / threads_ - first));
    };
    try {
      std::vector<std::jthread> started;
      for (std::size_t thread = 1; thread < threads_; ++thread) started.emplace_back(part, thread);
      part(0);
    } catch (const std::system_error& error) {
      throw SystemError(error.code().value(), "start a thread");
    }
    sum_[0] = sum;
  }
};

struct Pool final : ParallelSum {
  using ParallelSum::ParallelSum;
  void run() override {
    const tbb::blocked_range<std::size_t> all(0, values_.size());
    sum_[0] = thread_pool(threads_).execute([&] {
      return tbb::parallel_reduce(
          all, Value{0},
          [this](const auto& range, Value sum) {
            return sum + sum_of(std::span(values_).subspan(range.begin(), range.size()));
          },
          std::plus<>());
    });
  }
};

struct Adaptive final : ParallelSum {
  using ParallelSum::ParallelSum;
  void run() override {
    std::atomic<Value> sum{0};
    optim::parallel_for(
        0, values_.size(),
        [&](std::size_t first, std::size_t last) { sum += sum_of(std::span(values_).subspan(first, last - first)); },
        {.max_threads = threads_, .grain = 1024});
    sum_[0] = sum;
  }
};

constexpr Size kSizes[] = {{1'000, SizeClass::small},
                           {30'000, SizeClass::small},
                           {1'000'000, SizeClass::medium},
                           {8'000'000, SizeClass::large}};
constexpr Strategy kStrategies[] = {
    {"serial", Level::baseline, "std::accumulate", "", "", make<Serial>},
    {"new_threads", Level::balanced, "a thread for each part, started and joined each time", "",
     "microseconds of starting threads at each call", make<NewThreads>},
    {"pool", Level::balanced, "tbb::parallel_reduce on threads that wait in a pool", "oneTBB",
     "waking the pool at each call, however little there is to do", make<Pool>},
    {"adaptive", Level::balanced, "perfopt::optim::parallel_for: the pool only for what is worth waking it", "oneTBB",
     "a few readings of the clock at each call", make<Adaptive>},
};

}  // namespace

const Problem& cpu_parallel_sum() {
  static constexpr Problem kProblem{
      .category = "cpu",
      .name = "parallel_sum",
      .title = "Sum 64-bit integers with several threads",
      .unit = "elements",
      .bytes_per_unit = sizeof(Value),
      .squared = false,
      .max_size = 1'000'000'000,
      .sizes = kSizes,
      .strategies = kStrategies,
      .memory_bytes = [](std::size_t n) { return static_cast<double>(n) * sizeof(Value); },
      .file_bytes = [](std::size_t) { return 0.0; },
  };
  return kProblem;
}

}  // namespace perfopt::bench
