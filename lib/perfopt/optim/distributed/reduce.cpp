// SPDX-License-Identifier: Apache-2.0
#include "perfopt/optim/distributed/reduce.hpp"

#include <array>
#include <string>

namespace perfopt::optim::distributed::detail {
namespace {

constexpr int kPieceTag = 1;

}  // namespace

Place place_in_tree(int rank, int size) {
  Place place;
  for (int distance = 1; distance < size; distance *= 2) {
    if ((rank & distance) != 0) {
      place.parent = rank - distance;
      return place;
    }
    if (rank + distance < size) place.children.push_back(rank + distance);
  }
  return place;
}

void require_equal_lengths(const Team& team, std::size_t mine, std::size_t into) {
  const std::array<std::int64_t, 2> least_and_most{-static_cast<std::int64_t>(std::min(mine, into)),
                                                   static_cast<std::int64_t>(std::max(mine, into))};
  std::array<std::int64_t, 2> of_all{};
  check_mpi(MPI_Allreduce(least_and_most.data(), of_all.data(), 2, MPI_INT64_T, MPI_MAX, team.comm()), "MPI_Allreduce");
  if (-of_all[0] == of_all[1]) return;
  throw BadInput("reduce: the ranks' vectors differ in length: " + std::to_string(-of_all[0]) + " to " +
                 std::to_string(of_all[1]) + " elements");
}

Pieces::~Pieces() {
  for (MPI_Request& request : sends_) {
    if (request == MPI_REQUEST_NULL) continue;
    MPI_Cancel(&request);
    MPI_Request_free(&request);
  }
}

void Pieces::receive(int from, std::span<std::byte> into) {
  check_mpi(
      MPI_Recv(into.data(), static_cast<int>(into.size()), MPI_BYTE, from, kPieceTag, team_.comm(), MPI_STATUS_IGNORE),
      "MPI_Recv");
}

void Pieces::send(int to, std::span<const std::byte> bytes) {
  sends_.push_back(MPI_REQUEST_NULL);
  check_mpi(
      MPI_Isend(bytes.data(), static_cast<int>(bytes.size()), MPI_BYTE, to, kPieceTag, team_.comm(), &sends_.back()),
      "MPI_Isend");
}

void Pieces::finish() {
  check_mpi(MPI_Waitall(static_cast<int>(sends_.size()), sends_.data(), MPI_STATUSES_IGNORE), "MPI_Waitall");
}

}  // namespace perfopt::optim::distributed::detail
