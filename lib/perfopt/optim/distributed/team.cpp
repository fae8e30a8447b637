// SPDX-License-Identifier: Apache-2.0
#include "perfopt/optim/distributed/team.hpp"

#include <utility>

#include "perfopt/optim/distributed/tickets.hpp"

namespace perfopt::optim::distributed {
namespace {

std::string text_of(int code) {
  char text[MPI_MAX_ERROR_STRING];
  int length = 0;
  if (MPI_Error_string(code, text, &length) != MPI_SUCCESS) return "error " + std::to_string(code);
  return {text, static_cast<std::size_t>(length)};
}

MPI_Comm duplicate(MPI_Comm comm) {
  MPI_Comm own = MPI_COMM_NULL;
  check_mpi(MPI_Comm_dup(comm, &own), "MPI_Comm_dup");
  return own;
}

std::string message_of(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "an exception that is no std::exception";
  }
}

}  // namespace

MpiError::MpiError(const char* call, int code)
    : Error(ExitCode::unavailable, std::string(call) + ": " + text_of(code)) {}

Team::Team(MPI_Comm comm) : Team(Owned{}, duplicate(comm)) {}

Team::Team(Owned, MPI_Comm comm) : comm_(comm) {
  MPI_Comm_set_errhandler(comm_, MPI_ERRORS_RETURN);
  check_mpi(MPI_Comm_rank(comm_, &rank_), "MPI_Comm_rank");
  check_mpi(MPI_Comm_size(comm_, &size_), "MPI_Comm_size");
}

Team::Team(Team&& other) noexcept
    : comm_(std::exchange(other.comm_, MPI_COMM_NULL)),
      rank_(other.rank_),
      size_(other.size_),
      tickets_(std::move(other.tickets_)) {}

Team::~Team() {
  int finalized = 0;
  MPI_Finalized(&finalized);
  if (finalized != 0) {
    [[maybe_unused]] const Tickets* gone = tickets_.release();  // its window went with MPI: it cannot be freed
  } else if (comm_ != MPI_COMM_NULL) {
    tickets_.reset();
    MPI_Comm_free(&comm_);
  }
}

std::optional<Team> Team::first(int count) const {
  MPI_Comm part = MPI_COMM_NULL;
  check_mpi(MPI_Comm_split(comm_, rank_ < count ? 0 : MPI_UNDEFINED, rank_, &part), "MPI_Comm_split");
  if (part == MPI_COMM_NULL) return std::nullopt;
  return Team(Owned{}, part);
}

void Team::agree(const std::exception_ptr& failure) const {
  const int mine = failure ? rank_ : size_;
  int first = size_;
  check_mpi(MPI_Allreduce(&mine, &first, 1, MPI_INT, MPI_MIN, comm_), "MPI_Allreduce");
  if (first == size_) return;
  std::string message = first == rank_ ? message_of(failure) : "";
  auto length = static_cast<int>(message.size());
  check_mpi(MPI_Bcast(&length, 1, MPI_INT, first, comm_), "MPI_Bcast");
  message.resize(static_cast<std::size_t>(length));
  check_mpi(MPI_Bcast(message.data(), length, MPI_CHAR, first, comm_), "MPI_Bcast");
  if (failure) std::rethrow_exception(failure);
  throw RemoteError("rank " + std::to_string(first) + ": " + message);
}

Tickets& Team::tickets() {
  if (!tickets_) tickets_ = std::make_unique<Tickets>(comm_);
  return *tickets_;
}

}  // namespace perfopt::optim::distributed
