// SPDX-License-Identifier: Apache-2.0
#include "perfopt/optim/distributed/tickets.hpp"

#include "perfopt/optim/distributed/team.hpp"

namespace perfopt::optim::distributed {
namespace {

constexpr int kRoot = 0;

}  // namespace

Tickets::Tickets(MPI_Comm comm) : comm_(comm) {
  int rank = 0;
  check_mpi(MPI_Comm_rank(comm, &rank), "MPI_Comm_rank");
  const MPI_Aint bytes = rank == kRoot ? sizeof(std::int64_t) : 0;
  void* base = nullptr;
  check_mpi(MPI_Win_allocate(bytes, sizeof(std::int64_t), MPI_INFO_NULL, comm, static_cast<void*>(&base), &window_),
            "MPI_Win_allocate");
  MPI_Win_set_errhandler(window_, MPI_ERRORS_RETURN);
  check_mpi(MPI_Win_lock_all(0, window_), "MPI_Win_lock_all");
}

Tickets::~Tickets() {
  MPI_Win_unlock_all(window_);
  MPI_Win_free(&window_);
}

void Tickets::restart() {
  int rank = 0;
  check_mpi(MPI_Comm_rank(comm_, &rank), "MPI_Comm_rank");
  if (rank == kRoot) {
    const std::int64_t zero = 0;
    std::int64_t before = 0;
    check_mpi(MPI_Fetch_and_op(&zero, &before, MPI_INT64_T, kRoot, 0, MPI_REPLACE, window_), "MPI_Fetch_and_op");
    check_mpi(MPI_Win_flush(kRoot, window_), "MPI_Win_flush");
  }
  check_mpi(MPI_Barrier(comm_), "MPI_Barrier");
}

std::int64_t Tickets::add(std::int64_t value) {
  std::int64_t before = 0;
  check_mpi(MPI_Fetch_and_op(&value, &before, MPI_INT64_T, kRoot, 0, MPI_SUM, window_), "MPI_Fetch_and_op");
  check_mpi(MPI_Win_flush(kRoot, window_), "MPI_Win_flush");
  return before;
}

}  // namespace perfopt::optim::distributed
