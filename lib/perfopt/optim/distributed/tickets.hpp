// SPDX-License-Identifier: Apache-2.0
// Numbers 0, 1, 2, ... of which every rank draws the next: a counter in the root's memory, taken with one-sided
// MPI_Fetch_and_op. On one machine that is one atomic addition in shared memory, and the root takes no part in it.
// Between machines the transport may need the root to be inside MPI now and then: it is, whenever it draws.
//
//   internal
#pragma once

#include <mpi.h>

#include <cstdint>

namespace perfopt::optim::distributed {

class Tickets {
 public:
  // Collective, as the destructor.
  explicit Tickets(MPI_Comm comm);
  Tickets(const Tickets&) = delete;
  Tickets& operator=(const Tickets&) = delete;
  ~Tickets();

  // Collective: the next number is 0, for every rank that has returned.
  void restart();
  [[nodiscard]] std::int64_t draw() { return add(1); }
  // No rank draws a number below `end` any more.
  void skip(std::int64_t end) { (void)add(end); }

 private:
  std::int64_t add(std::int64_t value);

  MPI_Comm comm_;
  MPI_Win window_ = MPI_WIN_NULL;
};

}  // namespace perfopt::optim::distributed
