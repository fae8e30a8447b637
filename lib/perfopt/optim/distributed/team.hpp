// SPDX-License-Identifier: Apache-2.0
// The ranks that work together: a communicator of our own, and errors that reach every rank.
//
// A Team is made by all ranks of a communicator at the same place of the program (it is collective), as is everything
// below that says so. It works on a duplicate: its messages never meet those of the caller, whose communicator and
// error handler stay as they are. There is no global state; MPI must be initialised before the first Team and
// finalised after the last.
//
//   errors   MpiError for failing calls of MPI; RemoteError where another rank has failed
//   threads  an object at a time, within what MPI_Init_thread gave
//   source   MPI 3.1
//
//   example:
//   int initialized = 0;
//   MPI_Initialized(&initialized);
//   if (!initialized) MPI_Init(nullptr, nullptr);
//   {
//     perfopt::optim::distributed::Team team(MPI_COMM_WORLD);
//     std::exception_ptr failure;
//     try {
//       if (team.rank() == team.size() - 1) throw std::runtime_error("no input");
//     } catch (...) {
//       failure = std::current_exception();
//     }
//     bool told = false;
//     try {
//       team.agree(failure);
//     } catch (const std::exception& error) {
//       told = std::string(error.what()).ends_with("no input");
//     }
//     if (!told) throw std::logic_error("every rank learns it");
//   }
//   if (!initialized) MPI_Finalize();
//   end
#pragma once

#include <mpi.h>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "perfopt/core/error.hpp"

namespace perfopt::optim::distributed {

// A call of MPI failed: "MPI_Send: MPI_ERR_RANK: invalid rank".
class MpiError : public Error {
 public:
  MpiError(const char* call, int code);
};

// Another rank failed: "rank 1: ...".
class RemoteError : public Error {
 public:
  explicit RemoteError(const std::string& message) : Error(ExitCode::bad_answer, message) {}
};

// Throws MpiError unless `code` is MPI_SUCCESS. `call` is its name.
inline void check_mpi(int code, const char* call) {
  if (code != MPI_SUCCESS) throw MpiError(call, code);
}

class Tickets;

class Team {
 public:
  // Collective.
  explicit Team(MPI_Comm comm);
  Team(Team&&) noexcept;
  Team& operator=(Team&&) = delete;
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;
  // Collective, unless MPI is finalised already.
  ~Team();

  [[nodiscard]] int rank() const noexcept { return rank_; }
  [[nodiscard]] int size() const noexcept { return size_; }
  [[nodiscard]] bool is_root() const noexcept { return rank_ == 0; }
  [[nodiscard]] MPI_Comm comm() const noexcept { return comm_; }

  // Collective: the team of the first `count` ranks; empty on the others.
  [[nodiscard]] std::optional<Team> first(int count) const;

  // Collective: returns when no rank brings a failure. Else a rank that does throws its own again, and the others throw
  // RemoteError with the message of the first that does.
  void agree(const std::exception_ptr& failure) const;

  // The counter that ranks draw from; made (collectively) when it is first asked for, and kept.
  [[nodiscard]] Tickets& tickets();

 private:
  struct Owned {};
  Team(Owned, MPI_Comm comm);

  MPI_Comm comm_;
  int rank_ = 0;
  int size_ = 0;
  std::unique_ptr<Tickets> tickets_;
};

}  // namespace perfopt::optim::distributed
