// SPDX-License-Identifier: Apache-2.0
// Independent items of very different cost, the dear ones together: who computes what?
//
// Costs follow a Pareto distribution and fall from the first item to the last, as files sorted by size or customers
// by turnover do. Equal shares of items are then unequal shares of work. Threads that take the next item when they
// are free stay busy to the end.
//
//   size    items; footprint 16 bytes each; 2,500 rounds of an integer hash each on average
//   check   the hash of every item, exact, against a serial computation
//   errors  std::bad_alloc; SystemError when a thread cannot be started
//   source  Blumofe, Leiserson: Scheduling multithreaded computations by work stealing, JACM 1999
#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <system_error>
#include <thread>
#include <vector>

#include "perfopt/bench/integrity.hpp"
#include "perfopt/bench/workload.hpp"
#include "perfopt/core/random.hpp"
#include "perfopt/optim/cpu/parallel_for.hpp"

namespace perfopt::bench {
namespace {

constexpr double kMeanRounds = 20'000;
constexpr double kShape = 1.2;       // of the Pareto distribution: a fifth of the items has most of the work
constexpr double kLargestShare = 8;  // no item costs more than 1/8 of all, or it alone would set the time

// Rounds of each item: heavy-tailed, falling, kMeanRounds on average.
std::vector<std::uint32_t> skewed_costs(std::size_t n, Random& random) {
  std::vector<double> weights(n);
  for (double& weight : weights) weight = std::pow(1 - random.unit(), -1 / kShape);
  double sum = 0;
  for (const double weight : weights) sum += weight;
  const double most = std::max(1.0, sum / kLargestShare);
  sum = 0;
  for (double& weight : weights) sum += weight = std::min(weight, most);
  std::ranges::sort(weights, std::greater{});
  std::vector<std::uint32_t> costs;
  costs.reserve(n);
  for (const double weight : weights) {
    costs.push_back(static_cast<std::uint32_t>(weight / sum * kMeanRounds * static_cast<double>(n)));
  }
  return costs;
}

class Skewed : public Workload {
 public:
  explicit Skewed(const Setup& setup)
      : seed_(setup.seed), threads_(setup.threads), costs_(make_costs(setup)), results_(setup.size) {}

  // The work is what the baseline measures: units 0.
  Work work() const final {
    const auto n = static_cast<double>(costs_.size());
    return {n, n * sizeof(std::uint64_t), {.limit = Limit::cores, .threads = threads_used()}};
  }
  void poison() final { std::ranges::fill(results_, 0xDEADDEADDEADDEADU); }
  Output output() final { return exact(Element::u64, std::span<const std::uint64_t>(results_)); }
  void check(const Output& result) const final {
    std::vector<std::uint64_t> expected(costs_.size());
    for (std::size_t i = 0; i < expected.size(); ++i) expected[i] = hash_of(i);
    require_equal(exact(Element::u64, std::span<const std::uint64_t>(expected)), result);
  }

 protected:
  virtual unsigned threads_used() const { return threads_; }

  void compute(std::size_t i) { results_[i] = hash_of(i); }

  // Runs part(0) to part(count - 1), each on a thread of its own.
  template <class Part>
  static void on_new_threads(std::size_t count, const Part& part) {
    try {
      std::vector<std::jthread> started;
      started.reserve(count);
      for (std::size_t i = 1; i < count; ++i) started.emplace_back(std::cref(part), i);
      part(0);
    } catch (const std::system_error& error) {
      throw SystemError(error.code().value(), "start a thread");
    }
  }

  const std::uint64_t seed_;
  const unsigned threads_;
  const std::vector<std::uint32_t> costs_;

 private:
  static std::vector<std::uint32_t> make_costs(const Setup& setup) {
    Random random(setup.seed);
    return skewed_costs(setup.size, random);
  }

  // Each round needs the one before it: no strategy can take a short cut.
  std::uint64_t hash_of(std::size_t i) const {
    std::uint64_t value = seed_ + i;
    for (std::uint32_t round = 0; round < costs_[i]; ++round) value = Random(value)();
    return value;
  }

  std::vector<std::uint64_t> results_;
};

struct Serial final : Skewed {
  using Skewed::Skewed;
  unsigned threads_used() const override { return 1; }
  void run() override {
    for (std::size_t i = 0; i < costs_.size(); ++i) compute(i);
  }
};

struct Static final : Skewed {
  using Skewed::Skewed;
  void run() override {
    const std::size_t n = costs_.size();
    on_new_threads(threads_, [&](std::size_t thread) {
      for (std::size_t i = n * thread / threads_; i < n * (thread + 1) / threads_; ++i) compute(i);
    });
  }
};

struct Dynamic final : Skewed {
  using Skewed::Skewed;
  void run() override {
    std::atomic<std::size_t> next{0};
    on_new_threads(threads_, [&](std::size_t) {
      for (std::size_t i = next++; i < costs_.size(); i = next++) compute(i);
    });
  }
};

struct Stealing final : Skewed {
  using Skewed::Skewed;
  void run() override {
    optim::parallel_for(0, costs_.size(), [this](std::size_t i) { compute(i); }, {.max_threads = threads_});
  }
};

struct ThreadPerItem final : Skewed {
  using Skewed::Skewed;
  void run() override {
    on_new_threads(costs_.size(), [this](std::size_t i) { compute(i); });
  }
};

constexpr Size kSizes[] = {{64, SizeClass::small}, {256, SizeClass::medium}, {1'024, SizeClass::large}};
constexpr Strategy kStrategies[] = {
    {"serial", Level::baseline, "one item after the other", "", "", make<Serial>},
    {"static", Level::balanced, "an equal number of consecutive items for each thread", "", "threads", make<Static>},
    {"dynamic", Level::balanced, "each thread takes the next item when it is free", "", "threads", make<Dynamic>},
    {"stealing", Level::balanced, "perfopt::optim::parallel_for: idle threads steal from busy ones", "oneTBB",
     "threads", make<Stealing>},
    {"thread_per_item", Level::balanced, "a thread for each item, left to the scheduler (do not do this)", "",
     "as many threads as items, beyond any limit of threads; a stack for each", make<ThreadPerItem>},
};

}  // namespace

const Problem& cpu_skewed() {
  static constexpr Problem kProblem{
      .category = "cpu",
      .name = "skewed",
      .title = "Independent items of very different cost on several threads",
      .unit = "items",
      .bytes_per_unit = sizeof(std::uint64_t),
      .squared = false,
      .max_size = 8'192,  // each of them a thread in thread_per_item
      .sizes = kSizes,
      .strategies = kStrategies,
      // A thread that has just begun has touched about 16 KiB of its stack.
      .memory_bytes = [](std::size_t n) { return static_cast<double>(n) * 16.5 * 1024; },
      .file_bytes = [](std::size_t) { return 0.0; },
  };
  return kProblem;
}

}  // namespace perfopt::bench
