// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/distributed/follow.hpp"

#include <mpi.h>

#include <csignal>

#include "perfopt/bench/distributed/launch.hpp"
#include "perfopt/bench/distributed/rank_crew.hpp"
#include "perfopt/optim/distributed/team.hpp"

namespace perfopt::bench {

void follow_ranks() {
  // The launcher signals all ranks. Rank 0 ends its run then, for which it needs us, and tells us.
  std::signal(SIGINT, SIG_IGN);
  std::signal(SIGTERM, SIG_IGN);
  optim::distributed::check_mpi(MPI_Init(nullptr, nullptr), "MPI_Init");
  {
    RankCrew crew(MPI_COMM_WORLD);
    (void)crew.describe();
    crew.follow();
  }
  MPI_Finalize();
}

void release_ranks() {
  int initialized = 0;
  MPI_Initialized(&initialized);
  if (initialized != 0 || !launched()) return;
  optim::distributed::check_mpi(MPI_Init(nullptr, nullptr), "MPI_Init");
  {
    RankCrew crew(MPI_COMM_WORLD);
    (void)crew.describe();
    (void)crew.lead({});
  }
  MPI_Finalize();
}

}  // namespace perfopt::bench
