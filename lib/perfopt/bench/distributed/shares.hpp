// SPDX-License-Identifier: Apache-2.0
// Equal shares of items, one a rank, and the collection of what the ranks made of them.
//
//   internal
#pragma once

#include <mpi.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "perfopt/optim/distributed/team.hpp"

namespace perfopt::bench {

class Shares {
 public:
  Shares(const optim::distributed::Team& team, std::size_t items) : team_(team) {
    const auto ranks = static_cast<std::size_t>(team.size());
    for (std::size_t rank = 0; rank <= ranks; ++rank) starts_.push_back(static_cast<int>(items * rank / ranks));
    for (std::size_t rank = 0; rank < ranks; ++rank) counts_.push_back(starts_[rank + 1] - starts_[rank]);
  }

  // Of this rank.
  [[nodiscard]] std::size_t first() const { return static_cast<std::size_t>(starts_[place()]); }
  [[nodiscard]] std::size_t count() const { return static_cast<std::size_t>(counts_[place()]); }

  // Collective: the shares of `all` (on the root) to `mine`, and back.
  void scatter(const std::vector<std::uint64_t>& all, std::vector<std::uint64_t>& mine) const {
    mine.resize(count());
    optim::distributed::check_mpi(MPI_Scatterv(all.data(), counts_.data(), starts_.data(), MPI_UINT64_T, mine.data(),
                                               counts_[place()], MPI_UINT64_T, 0, team_.comm()),
                                  "MPI_Scatterv");
  }
  // An item is `width` words wide.
  void gather(const std::vector<std::uint64_t>& mine, std::vector<std::uint64_t>& all, std::size_t width = 1) const {
    std::vector<int> counts = counts_;
    std::vector<int> starts = starts_;
    for (int& count : counts) count *= static_cast<int>(width);
    for (int& start : starts) start *= static_cast<int>(width);
    optim::distributed::check_mpi(MPI_Gatherv(mine.data(), static_cast<int>(mine.size()), MPI_UINT64_T, all.data(),
                                              counts.data(), starts.data(), MPI_UINT64_T, 0, team_.comm()),
                                  "MPI_Gatherv");
  }

 private:
  [[nodiscard]] std::size_t place() const { return static_cast<std::size_t>(team_.rank()); }

  const optim::distributed::Team& team_;
  std::vector<int> starts_;
  std::vector<int> counts_;
};

}  // namespace perfopt::bench
