// SPDX-License-Identifier: Apache-2.0
// Independent items on all ranks: who computes which? The three partition problems differ in the costs of items and in
// the speed of the ranks.
//
//   size     items; all together 2.5 million rounds of a hash at 64 items, four times as many at 65,536
//   output   the hash of every item, gathered on the root within the timed run
//   check    exact, against a serial computation in the measuring process
//   bound    the sum of the ranks' speeds at the same rounds, measured on all of them at once
//
//   internal
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

#include "perfopt/bench/distributed/rank_kernel.hpp"
#include "perfopt/bench/distributed/rank_task.hpp"
#include "perfopt/bench/distributed/shares.hpp"
#include "perfopt/bench/distributed/team_workload.hpp"
#include "perfopt/bench/integrity.hpp"
#include "perfopt/optim/distributed/map.hpp"

namespace perfopt::bench {

// Grows with the fifth root of the items: runs of 65,536 must not take a thousand times as long as those of 64.
inline double partition_rounds(std::size_t n) {
  return 2.5e6 * std::pow(static_cast<double>(n) / 64, 0.2);
}

struct EvenItems {
  static constexpr bool kStraggler = false;
  static std::uint64_t rounds(std::size_t, std::size_t n) {
    return std::max<std::uint64_t>(1, static_cast<std::uint64_t>(partition_rounds(n) / static_cast<double>(n)));
  }
};

// The cost falls with the fifth power of the place, as for files sorted by size: nearly all of it is in the first half.
struct SkewedItems {
  static constexpr bool kStraggler = false;
  static std::uint64_t rounds(std::size_t i, std::size_t n) {
    const double items = static_cast<double>(n);
    const double place = 1 - (static_cast<double>(i) + 0.5) / items;
    return 1 + static_cast<std::uint64_t>(partition_rounds(n) * 6 / items * std::pow(place, 5));
  }
};

// The last rank does each item twice: it has half the speed of the others.
struct EvenItemsOnStraggler : EvenItems {
  static constexpr bool kStraggler = true;
};

template <class Items>
class Partition : public RankTask {
 public:
  Partition(std::size_t size, std::uint64_t seed) : n_(size), seed_(seed) {}

  Work work(unsigned) const final {
    const auto n = static_cast<double>(n_);
    return {n, n * sizeof(std::uint64_t), {}};
  }
  double kernel_units() const final {
    double sum = 0;
    for (std::size_t i = 0; i < n_; ++i) sum += static_cast<double>(Items::rounds(i, n_));
    return sum;
  }
  void check(const Output& result, unsigned) const final {
    std::vector<std::uint64_t> expected(n_);
    for (std::size_t i = 0; i < n_; ++i) expected[i] = hash_rounds(seed_ + i, Items::rounds(i, n_));
    require_equal(exact(Element::u64, std::span<const std::uint64_t>(expected)), result);
  }

  void prepare(Team& team) final { times_ = Items::kStraggler && team.rank() == team.size() - 1 ? 2 : 1; }
  void poison(Team& team) final { results_.assign(team.is_root() ? n_ : 0, 0xDEADDEADDEADDEADU); }
  std::vector<std::byte> result(Team&) final { return bytes_of(results_); }
  double speed(Team&) final { return rounds_per_second(times_); }

 protected:
  std::uint64_t compute(std::size_t i) const {
    std::uint64_t value = 0;
    for (unsigned time = 0; time < times_; ++time) {
      // Depends on the time before in a way that the compiler cannot see through.
      value = hash_rounds(seed_ + i + (value & zero_), Items::rounds(i, n_));
    }
    return value;
  }

  const std::size_t n_;
  const std::uint64_t seed_;
  std::vector<std::uint64_t> results_;  // on the root

 private:
  unsigned times_ = 1;
  volatile std::uint64_t zero_ = 0;
};

template <class Items>
struct StaticPartition final : Partition<Items> {
  using Partition<Items>::Partition;
  void run(Team& team) override {
    const Shares shares(team, this->n_);
    std::vector<std::uint64_t> mine(shares.count());
    for (std::size_t i = 0; i < mine.size(); ++i) mine[i] = this->compute(shares.first() + i);
    shares.gather(mine, this->results_);
  }
};

template <class Items, optim::distributed::Schedule schedule>
struct DrawnPartition final : Partition<Items> {
  using Partition<Items>::Partition;
  void run(Team& team) override {
    this->results_ = optim::distributed::map_dynamic<std::uint64_t>(
        team, this->n_, [this](std::size_t i) { return this->compute(i); }, {.schedule = schedule});
  }
};

inline constexpr Size kPartitionSizes[] = {
    {64, SizeClass::small}, {4'096, SizeClass::medium}, {65'536, SizeClass::large}};

template <class Items>
inline constexpr Strategy kPartitionStrategies[] = {
    {"static", Level::baseline, "an equal number of consecutive items for each rank", "", "",
     make_on_ranks<StaticPartition<Items>>},
    {"guided", Level::balanced, "perfopt::optim::distributed::map_dynamic, chunks that shrink to one item", "", "",
     make_on_ranks<DrawnPartition<Items, optim::distributed::Schedule::guided>>},
    {"dynamic", Level::balanced, "perfopt::optim::distributed::map_dynamic: a free rank draws the next chunk", "", "",
     make_on_ranks<DrawnPartition<Items, optim::distributed::Schedule::dynamic>>},
};

template <class Items>
constexpr Problem partition_problem(std::string_view name, std::string_view title) {
  return {
      .category = "distributed",
      .name = name,
      .title = title,
      .unit = "items",
      .bytes_per_unit = sizeof(std::uint64_t),
      .squared = false,
      .max_size = 10'000'000,
      .sizes = kPartitionSizes,
      .strategies = kPartitionStrategies<Items>,
      .memory_bytes = [](std::size_t n) { return static_cast<double>(n) * 64; },
      .file_bytes = [](std::size_t) { return 0.0; },
  };
}

}  // namespace perfopt::bench
