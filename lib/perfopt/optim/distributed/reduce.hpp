// SPDX-License-Identifier: Apache-2.0
// Combines vectors of all ranks element by element on the root, along a binomial tree and in pieces.
//
// A rank receives from at most log2(ranks) others instead of the root from all, and combines a piece of 64 KiB that is
// still in the cache while the next one is on its way. Any associative operation on any trivially copyable type:
// operands keep the order of the ranks, so it need not be commutative. Sums of floating-point numbers are rounded in
// another order than a sum rank by rank.
//
//   errors   BadInput on all ranks when their vectors differ in length; what `combine` throws on one rank, as
//            map_dynamic does; MpiError
//   source   Thakur, Rabenseifner, Gropp: Optimization of collective communication operations in MPICH, 2005
//
//   example:
//   int initialized = 0;
//   MPI_Initialized(&initialized);
//   if (!initialized) MPI_Init(nullptr, nullptr);
//   perfopt::optim::distributed::Team team(MPI_COMM_WORLD);
//   const std::vector<int> mine{team.rank(), 1, 5};
//   std::vector<int> most(3);
//   perfopt::optim::distributed::reduce<int>(team, mine, most, [](int a, int b) { return a > b ? a : b; });
//   if (team.is_root() && most != std::vector<int>{team.size() - 1, 1, 5}) throw std::logic_error("largest of each");
//   end
#pragma once

#include <mpi.h>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <span>
#include <type_traits>
#include <vector>

#include "perfopt/optim/distributed/team.hpp"

namespace perfopt::optim::distributed {

namespace detail {

// Of a rank in a binomial tree over the ranks 0 to size - 1.
struct Place {
  int parent = -1;            // -1 for the root
  std::vector<int> children;  // nearest first: that is the order of the ranks
};
[[nodiscard]] Place place_in_tree(int rank, int size);

// Collective: throws BadInput unless all lengths of all ranks are the same.
void require_equal_lengths(const Team& team, std::size_t mine, std::size_t into);

// A tree's messages: blocking receive, and sends that are awaited by the destructor.
class Pieces {
 public:
  explicit Pieces(const Team& team) : team_(team) {}
  Pieces(const Pieces&) = delete;
  Pieces& operator=(const Pieces&) = delete;
  ~Pieces();
  void receive(int from, std::span<std::byte> into);
  // `bytes` must stay until finish().
  void send(int to, std::span<const std::byte> bytes);
  void finish();

 private:
  const Team& team_;
  std::vector<MPI_Request> sends_;
};

}  // namespace detail

// Collective, with `mine` of one length on all ranks and `into` as long: on the root it gets the result, on the others
// it serves as memory.
template <class T, class Combine>
  requires std::is_trivially_copyable_v<T> && std::is_invocable_r_v<T, Combine&, const T&, const T&>
void reduce(Team& team, std::span<const T> mine, std::span<T> into, Combine combine) {
  constexpr std::size_t kPiece = std::max<std::size_t>(std::size_t{64} * 1024 / sizeof(T), 1);
  detail::require_equal_lengths(team, mine.size(), into.size());
  const detail::Place place = detail::place_in_tree(team.rank(), team.size());
  std::vector<T> other(place.children.empty() ? 0 : std::min(kPiece, mine.size()));
  std::exception_ptr failure;
  detail::Pieces pieces(team);
  for (std::size_t first = 0; first < mine.size(); first += kPiece) {
    std::span<const T> sum = mine.subspan(first, std::min(kPiece, mine.size() - first));
    const std::span<T> result = into.subspan(first, sum.size());
    const std::span received = std::span(other).first(place.children.empty() ? 0 : sum.size());
    for (const int child : place.children) {
      pieces.receive(child, std::as_writable_bytes(received));
      try {
        for (std::size_t i = 0; i < sum.size(); ++i) result[i] = combine(sum[i], received[i]);
      } catch (...) {  // the others count on our messages
        failure = std::current_exception();
      }
      sum = result;
    }
    if (place.parent >= 0) pieces.send(place.parent, std::as_bytes(sum));
    if (place.parent < 0 && place.children.empty()) std::ranges::copy(sum, result.begin());
  }
  pieces.finish();
  if constexpr (!std::is_nothrow_invocable_v<Combine&, const T&, const T&>) team.agree(failure);
}

}  // namespace perfopt::optim::distributed
