// SPDX-License-Identifier: Apache-2.0
// MPI for the tests of one program: initialised when a test first asks for it, finalised at exit.
#pragma once

#include <mpi.h>

#include "perfopt/optim/distributed/team.hpp"

class MpiSession {
 public:
  static void start() { static const MpiSession session; }
  MpiSession(const MpiSession&) = delete;
  MpiSession& operator=(const MpiSession&) = delete;

 private:
  MpiSession() { MPI_Init(nullptr, nullptr); }
  ~MpiSession() { MPI_Finalize(); }
};

// All ranks of this program: one, or as many as mpirun has started.
inline perfopt::optim::distributed::Team everybody() {
  MpiSession::start();
  return perfopt::optim::distributed::Team(MPI_COMM_WORLD);
}
