// SPDX-License-Identifier: Apache-2.0
// The sum of one vector of each rank, element by element, on the root.
//
// The naive root takes whole vectors one rank after the other, and adds each when it is there. A tree spreads the
// additions over the ranks, and pieces of it are added while the next are on their way.
//
//   size    n, elements of 8 bytes in each rank's vector
//   check   exact (sums modulo 2^64) against the vectors of all ranks, made again in the measuring process
//   source  optim/distributed/reduce.hpp
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "perfopt/bench/distributed/rank_task.hpp"
#include "perfopt/bench/distributed/team_workload.hpp"
#include "perfopt/bench/integrity.hpp"
#include "perfopt/core/random.hpp"
#include "perfopt/optim/distributed/reduce.hpp"

namespace perfopt::bench {
namespace {

using optim::distributed::check_mpi;

class Reduction : public RankTask {
 public:
  Reduction(std::size_t size, std::uint64_t seed) : n_(size), seed_(seed) {}

  Work work(unsigned ranks) const final {
    const auto n = static_cast<double>(n_);
    return {n, n * sizeof(std::uint64_t) * ranks, {}};
  }
  void check(const Output& result, unsigned ranks) const final {
    std::vector<std::uint64_t> expected(n_);
    for (unsigned rank = 0; rank < ranks; ++rank) {
      const std::vector<std::uint64_t> vector = vector_of(rank);
      for (std::size_t i = 0; i < n_; ++i) expected[i] += vector[i];
    }
    require_equal(exact(Element::u64, std::span<const std::uint64_t>(expected)), result);
  }

  void prepare(Team& team) final { mine_ = vector_of(static_cast<unsigned>(team.rank())); }
  void poison(Team&) final { sum_.assign(n_, 0xDEADDEADDEADDEADU); }
  std::vector<std::byte> result(Team&) final { return bytes_of(sum_); }

 protected:
  [[nodiscard]] int count() const { return static_cast<int>(n_); }

  const std::size_t n_;
  std::vector<std::uint64_t> mine_;
  std::vector<std::uint64_t> sum_;

 private:
  std::vector<std::uint64_t> vector_of(unsigned rank) const {
    Random random(seed_ + rank);
    std::vector<std::uint64_t> vector(n_);
    for (std::uint64_t& element : vector) element = random();
    return vector;
  }

  const std::uint64_t seed_;
};

struct Flat final : Reduction {
  using Reduction::Reduction;
  void run(Team& team) override {
    if (!team.is_root()) {
      check_mpi(MPI_Send(mine_.data(), count(), MPI_UINT64_T, 0, 0, team.comm()), "MPI_Send");
      return;
    }
    sum_ = mine_;
    std::vector<std::uint64_t> other(n_);
    for (int rank = 1; rank < team.size(); ++rank) {
      check_mpi(MPI_Recv(other.data(), count(), MPI_UINT64_T, rank, 0, team.comm(), MPI_STATUS_IGNORE), "MPI_Recv");
      for (std::size_t i = 0; i < n_; ++i) sum_[i] += other[i];
    }
  }
};

struct Tree final : Reduction {
  using Reduction::Reduction;
  void run(Team& team) override { optim::distributed::reduce<std::uint64_t>(team, mine_, sum_, std::plus<>{}); }
};

struct Library final : Reduction {
  using Reduction::Reduction;
  void run(Team& team) override {
    check_mpi(MPI_Reduce(mine_.data(), sum_.data(), count(), MPI_UINT64_T, MPI_SUM, 0, team.comm()), "MPI_Reduce");
  }
};

struct OnEveryRank final : Reduction {
  using Reduction::Reduction;
  void run(Team& team) override {
    check_mpi(MPI_Allreduce(mine_.data(), sum_.data(), count(), MPI_UINT64_T, MPI_SUM, team.comm()), "MPI_Allreduce");
  }
};

constexpr Size kSizes[] = {{64, SizeClass::small}, {16'384, SizeClass::medium}, {524'288, SizeClass::large}};
constexpr Strategy kStrategies[] = {
    {"flat", Level::baseline, "each rank sends its vector to the root, which adds them one by one", "", "",
     make_on_ranks<Flat>},
    {"tree", Level::conservative, "perfopt::optim::distributed::reduce: a binomial tree, in pieces of 64 KiB", "", "",
     make_on_ranks<Tree>},
    {"mpi_reduce", Level::conservative, "MPI_Reduce: standard operations and types only", "", "",
     make_on_ranks<Library>},
    {"mpi_allreduce", Level::conservative, "MPI_Allreduce: every rank gets the sum", "", "",
     make_on_ranks<OnEveryRank>},
};

}  // namespace

const Problem& distributed_reduction() {
  static constexpr Problem kProblem{
      .category = "distributed",
      .name = "reduction",
      .title = "Add up one vector of each rank on the root",
      .unit = "elements",
      .bytes_per_unit = sizeof(std::uint64_t),
      .squared = false,
      .max_size = 100'000'000,
      .sizes = kSizes,
      .strategies = kStrategies,
      .memory_bytes = [](std::size_t n) { return static_cast<double>(n) * 64; },
      .file_bytes = [](std::size_t) { return 0.0; },
  };
  return kProblem;
}

}  // namespace perfopt::bench
