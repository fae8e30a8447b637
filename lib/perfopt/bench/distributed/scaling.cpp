// SPDX-License-Identifier: Apache-2.0
// The same work on more and more ranks: how much faster does it get?
//
// Items of equal cost in equal shares, gathered on the root: what is left between this and perfect scaling is what
// starting together, gathering and the machine itself cost. The other ranks sleep. A size that doubles with the ranks
// shows weak scaling along the diagonal.
//
//   size    items, each 1,000 rounds of a hash (about 4 us)
//   check   the hash of every item, exact, against a serial computation in the measuring process
//   bound   the sum of the speeds of the ranks that take part, measured on all of them at once
//   source  Amdahl, AFIPS 1967; Gustafson, CACM 1988; Gunther: Guerrilla Capacity Planning, 2007
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "perfopt/bench/distributed/rank_kernel.hpp"
#include "perfopt/bench/distributed/rank_task.hpp"
#include "perfopt/bench/distributed/shares.hpp"
#include "perfopt/bench/distributed/team_workload.hpp"
#include "perfopt/bench/integrity.hpp"

namespace perfopt::bench {
namespace {

constexpr std::uint64_t kRounds = 1'000;

template <unsigned Ranks>
class OnRanks final : public RankTask {
 public:
  OnRanks(std::size_t size, std::uint64_t seed) : n_(size), seed_(seed) {}

  unsigned least_ranks() const override { return Ranks; }
  Work work(unsigned) const override {
    const auto n = static_cast<double>(n_);
    return {n, n * sizeof(std::uint64_t), {}};
  }
  double kernel_units() const override { return static_cast<double>(n_ * kRounds); }
  void check(const Output& result, unsigned) const override {
    std::vector<std::uint64_t> expected(n_);
    for (std::size_t i = 0; i < n_; ++i) expected[i] = hash_rounds(seed_ + i, kRounds);
    require_equal(exact(Element::u64, std::span<const std::uint64_t>(expected)), result);
  }

  void prepare(Team& team) override {
    if (auto part = team.first(static_cast<int>(Ranks))) part_.emplace(std::move(*part));
  }
  void poison(Team& team) override { results_.assign(team.is_root() ? n_ : 0, 0xDEADDEADDEADDEADU); }
  void run(Team&) override {
    if (!part_) return;
    const Shares shares(*part_, n_);
    std::vector<std::uint64_t> mine(shares.count());
    for (std::size_t i = 0; i < mine.size(); ++i) mine[i] = hash_rounds(seed_ + shares.first() + i, kRounds);
    shares.gather(mine, results_);
  }
  std::vector<std::byte> result(Team&) override { return bytes_of(results_); }
  double speed(Team&) override { return part_ ? rounds_per_second() : 0; }

 private:
  const std::size_t n_;
  const std::uint64_t seed_;
  std::optional<Team> part_;
  std::vector<std::uint64_t> results_;  // on the root
};

template <unsigned Ranks>
constexpr Strategy on_ranks(std::string_view name, std::string_view does) {
  return {name, Ranks == 1 ? Level::baseline : Level::balanced, does, "", "", make_on_ranks<OnRanks<Ranks>>, {}, Ranks};
}

constexpr Size kSizes[] = {{1'024, SizeClass::small}, {2'048, SizeClass::medium}, {4'096, SizeClass::large}};
constexpr Strategy kStrategies[] = {
    on_ranks<1>("ranks_1", "all items on one rank"),      on_ranks<2>("ranks_2", "equal shares on 2 ranks"),
    on_ranks<4>("ranks_4", "equal shares on 4 ranks"),    on_ranks<8>("ranks_8", "equal shares on 8 ranks"),
    on_ranks<16>("ranks_16", "equal shares on 16 ranks"),
};

}  // namespace

const Problem& distributed_scaling() {
  static constexpr Problem kProblem{
      .category = "distributed",
      .name = "scaling",
      .title = "The same work on more and more ranks",
      .unit = "items",
      .bytes_per_unit = sizeof(std::uint64_t),
      .squared = false,
      .max_size = 1'000'000,
      .sizes = kSizes,
      .strategies = kStrategies,
      .memory_bytes = [](std::size_t n) { return static_cast<double>(n) * 64; },
      .file_bytes = [](std::size_t) { return 0.0; },
  };
  return kProblem;
}

}  // namespace perfopt::bench
