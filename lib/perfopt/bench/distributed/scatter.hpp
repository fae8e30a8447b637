// SPDX-License-Identifier: Apache-2.0
// Elements that lie on the root: worth handing out? Heavy work is, cheap work costs less than its way.
//
//   size     elements of 8 bytes
//   output   f of each element, on the root
//   check    exact, against a serial computation in the measuring process
//
//   internal
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "perfopt/bench/distributed/rank_kernel.hpp"
#include "perfopt/bench/distributed/rank_task.hpp"
#include "perfopt/bench/distributed/shares.hpp"
#include "perfopt/bench/distributed/team_workload.hpp"
#include "perfopt/bench/integrity.hpp"
#include "perfopt/core/random.hpp"

namespace perfopt::bench {

// Rounds: of the hash for one element; 0: a multiplication and an addition instead.
template <std::uint64_t Rounds>
class Scatter : public RankTask {
 public:
  Scatter(std::size_t size, std::uint64_t seed) : n_(size), seed_(seed) {}

  Work work(unsigned) const final {
    const auto n = static_cast<double>(n_);
    return {n, n * 2 * sizeof(std::uint64_t), {}};
  }
  void check(const Output& result, unsigned) const final {
    std::vector<std::uint64_t> expected = elements();
    for (std::uint64_t& value : expected) value = f(value);
    require_equal(exact(Element::u64, std::span<const std::uint64_t>(expected)), result);
  }

  void prepare(Team& team) final {
    if (team.is_root()) input_ = elements();
  }
  void poison(Team& team) final { results_.assign(team.is_root() ? n_ : 0, 0xDEADDEADDEADDEADU); }
  std::vector<std::byte> result(Team&) final { return bytes_of(results_); }

 protected:
  static std::uint64_t f(std::uint64_t value) {
    if constexpr (Rounds == 0) return value * 3 + 1;
    return hash_rounds(value, Rounds);
  }

  const std::size_t n_;
  std::vector<std::uint64_t> input_;  // on the root
  std::vector<std::uint64_t> results_;

 private:
  std::vector<std::uint64_t> elements() const {
    Random random(seed_);
    std::vector<std::uint64_t> values(n_);
    for (std::uint64_t& value : values) value = random();
    return values;
  }

  const std::uint64_t seed_;
};

template <std::uint64_t Rounds>
struct OnRoot final : Scatter<Rounds> {
  using Scatter<Rounds>::Scatter;
  void run(Team& team) override {
    if (!team.is_root()) return;
    std::ranges::transform(this->input_, this->results_.begin(),
                           [this](std::uint64_t value) { return this->f(value); });
  }
};

template <std::uint64_t Rounds>
struct OnAll final : Scatter<Rounds> {
  using Scatter<Rounds>::Scatter;
  void run(Team& team) override {
    const Shares shares(team, this->n_);
    std::vector<std::uint64_t> mine;
    shares.scatter(this->input_, mine);
    for (std::uint64_t& value : mine) value = this->f(value);
    shares.gather(mine, this->results_);
  }
};

template <std::uint64_t Rounds>
inline constexpr Strategy kScatterStrategies[] = {
    {"serial", Level::baseline, "all of it on the rank that has the elements", "", "", make_on_ranks<OnRoot<Rounds>>},
    {"scatter", Level::balanced, "MPI_Scatterv, an equal share on each rank, MPI_Gatherv", "", "",
     make_on_ranks<OnAll<Rounds>>},
};

template <std::uint64_t Rounds>
constexpr Problem scatter_problem(std::string_view name, std::string_view title, std::span<const Size> sizes) {
  return {
      .category = "distributed",
      .name = name,
      .title = title,
      .unit = "elements",
      .bytes_per_unit = sizeof(std::uint64_t),
      .squared = false,
      .max_size = 100'000'000,
      .sizes = sizes,
      .strategies = kScatterStrategies<Rounds>,
      .memory_bytes = [](std::size_t n) { return static_cast<double>(n) * 64; },
      .file_bytes = [](std::size_t) { return 0.0; },
  };
}

}  // namespace perfopt::bench
