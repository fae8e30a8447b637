// SPDX-License-Identifier: Apache-2.0
// Sort random 32-bit keys.
//
// std::sort mispredicts about half of its comparisons; vectorised quicksort compares a vector at once with the pivot
// and stores both parts compressed, without a branch. On few keys its fixed cost is all there is.
//
//   size    keys [elements]; footprint 4 bytes each
//   check   ascending, and the same multiset of keys as the regenerated input (two sums of a hash)
//   errors  std::bad_alloc if it does not fit
//   source  Wassenberg, Blacher, Giesen, Sanders: Vectorized and performance-portable Quicksort, 2022
#include <tbb/parallel_sort.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "perfopt/bench/integrity.hpp"
#include "perfopt/bench/workload.hpp"
#include "perfopt/core/random.hpp"
#include "perfopt/optim/cpu/sort.hpp"

namespace perfopt::bench {
namespace {

using Key = std::uint32_t;

void fill(std::span<Key> keys, std::uint64_t seed) {
  Random random(seed);
  for (Key& key : keys) key = static_cast<Key>(random() >> 32U);
}

// Equal for two sequences of keys if one is a permutation of the other; else different but by a chance of 2^-64.
std::uint64_t multiset_hash(std::span<const Key> keys) {
  std::uint64_t sum = 0;
  for (const Key key : keys) sum += Random(key)();
  return sum;
}

class Sort : public Workload {
 public:
  explicit Sort(const Setup& setup) : seed_(setup.seed), threads_(setup.threads), keys_(setup.size) {
    fill(keys_, seed_);
  }

  // Each key must be read; how many comparisons that takes is not bounded by anything simple.
  Work work() const override {
    const std::size_t bytes = keys_.size() * sizeof(Key);
    return {static_cast<double>(keys_.size()),
            static_cast<double>(bytes),
            {.limit = Limit::read_bandwidth,
             .units = static_cast<double>(bytes),
             .working_set_bytes = bytes,
             .threads = threads_}};
  }
  // What is sorted in place is overwritten by the unsorted input.
  void poison() final { fill(keys_, seed_); }
  Output output() final { return exact(Element::u32, std::span<const Key>(keys_)); }
  void check(const Output& result) const final {
    std::vector<Key> expected(keys_.size());
    fill(expected, seed_);
    std::vector<Key> got(result.bytes.size() / sizeof(Key));
    if (!got.empty()) std::memcpy(got.data(), result.bytes.data(), got.size() * sizeof(Key));
    if (got.size() == expected.size() && std::ranges::is_sorted(got) && multiset_hash(got) == multiset_hash(expected)) {
      return;
    }
    std::ranges::sort(expected);
    require_equal(exact(Element::u32, std::span<const Key>(expected)), result);
  }

 protected:
  const std::uint64_t seed_;
  const unsigned threads_;
  std::vector<Key> keys_;
};

struct Standard final : Sort {
  using Sort::Sort;
  void run() override { std::sort(keys_.begin(), keys_.end()); }
};

struct Vectorized final : Sort {
  using Sort::Sort;
  void run() override { optim::vector_sort(std::span(keys_)); }
};

struct Adaptive final : Sort {
  using Sort::Sort;
  void run() override { optim::sort(std::span(keys_)); }
};

struct Parallel final : Sort {
  explicit Parallel(const Setup& setup) : Sort(setup), arena(static_cast<int>(setup.threads)) { arena.initialize(); }
  void run() override {
    arena.execute([this] { tbb::parallel_sort(keys_.begin(), keys_.end()); });
  }
  tbb::task_arena arena;
};

constexpr Size kSizes[] = {{16, SizeClass::small},
                           {1'000, SizeClass::small},
                           {10'000, SizeClass::medium},
                           {100'000, SizeClass::medium},
                           {1'000'000, SizeClass::large}};
constexpr Strategy kStrategies[] = {
    {"std_sort", Level::baseline, "std::sort", "", "", make<Standard>},
    {"vqsort", Level::conservative, "vectorised quicksort, however few the keys",
     "Highway (any CPU: the best vector unit is chosen at run time)", "numbers only; slower on a few dozen keys",
     make<Vectorized>},
    {"adaptive", Level::conservative, "perfopt::optim::sort: std::sort below the measured crossover, vqsort above",
     "Highway", "numbers only; about a millisecond once, to measure", make<Adaptive>},
    {"tbb", Level::balanced, "tbb::parallel_sort", "oneTBB", "all cores busy", make<Parallel>},
};

}  // namespace

const Problem& cpu_sort() {
  static constexpr Problem kProblem{
      .category = "cpu",
      .name = "sort",
      .title = "Sort random 32-bit keys",
      .unit = "elements",
      .bytes_per_unit = sizeof(Key),
      .squared = false,
      .max_size = 1'000'000'000,
      .sizes = kSizes,
      .strategies = kStrategies,
      // The check holds the expected and the given keys besides.
      .memory_bytes = [](std::size_t n) { return 3.0 * static_cast<double>(n) * sizeof(Key); },
      .file_bytes = [](std::size_t) { return 0.0; },
  };
  return kProblem;
}

}  // namespace perfopt::bench
