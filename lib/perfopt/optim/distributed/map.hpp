// SPDX-License-Identifier: Apache-2.0
// f(0) ... f(n - 1) on all ranks, each of which takes the next indices when it is free; results in order on the root.
//
// Pays off where the costs of items differ or ranks differ in speed: no rank waits for another longer than its last
// chunk takes. Costs one draw from a shared counter for each chunk: 0.2 us on one machine, a round trip between
// machines. Where all items cost the same on equal ranks, fixed shares are as good.
//
//   schedule  dynamic: chunks of `chunk` indices; guided: chunks of the part 1 / (2 ranks) of what is left, never below
//             `chunk`: fewer draws, but a bad choice where the first items are the dear ones
//   f         is called on one rank only for each index, in ascending order within a rank; its result is copied
//             bytewise
//   errors    what f throws on one rank is thrown there, and RemoteError with its message on all others; the other
//             ranks stop after their present chunk, none waits for ever. MpiError. BadInput for n over 2^31 - 1
//   source    Polychronopoulos, Kuck: Guided self-scheduling, IEEE Trans. Computers 1987; MPI 3.1, chapter 11
//
//   example:
//   int initialized = 0;
//   MPI_Initialized(&initialized);
//   if (!initialized) MPI_Init(nullptr, nullptr);
//   perfopt::optim::distributed::Team team(MPI_COMM_WORLD);
//   const std::vector<double> roots = perfopt::optim::distributed::map_dynamic<double>(
//       team, 1000, [](std::size_t i) { return std::sqrt(static_cast<double>(i)); });
//   if (team.is_root() && !(roots.size() == 1000 && roots[81] == 9)) throw std::logic_error("in order, on the root");
//   end
#pragma once

#include <mpi.h>

#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <span>
#include <type_traits>
#include <vector>

#include "perfopt/optim/distributed/team.hpp"

namespace perfopt::optim::distributed {

enum class Schedule : std::uint8_t { dynamic, guided };

struct MapOptions {
  Schedule schedule = Schedule::dynamic;
  std::size_t chunk = 0;  // 0: such that each rank gets about 256 chunks (dynamic), or 1 (guided)
};

// Indices first to last - 1.
struct Range {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

namespace detail {

// The chunks of one map, of which this rank draws. The k-th chunk is the same for every rank that would draw it.
class Chunks {
 public:
  // Collective.
  Chunks(Team& team, std::size_t n, const MapOptions& options);
  // Empty when all are taken.
  [[nodiscard]] std::optional<Range> next();
  // No rank gets another chunk.
  void stop();

 private:
  [[nodiscard]] std::uint64_t length_at(std::uint64_t first) const;

  Tickets& tickets_;
  std::uint64_t n_;
  std::uint64_t ranks_;
  Schedule schedule_;
  std::uint64_t chunk_;
  std::int64_t position_ = 0;  // the chunk that begins at first_
  std::uint64_t first_ = 0;
};

// Collective: the items of all ranks, which have done `ranges` and hold one result after the other in `mine`, in order
// at `into` on the root.
void gather(Team& team, std::span<const Range> ranges, std::span<const std::byte> mine, std::size_t item_bytes,
            std::span<std::byte> into);

}  // namespace detail

// Collective, with equal n and options on all ranks. The results on the root, nothing on the others.
template <class Result, class F>
  requires std::is_trivially_copyable_v<Result> &&
           (!std::same_as<Result, bool>) && std::is_invocable_r_v<Result, const F&, std::size_t>
[[nodiscard]] std::vector<Result> map_dynamic(Team& team, std::size_t n, const F& f, const MapOptions& options = {}) {
  detail::Chunks chunks(team, n, options);
  std::vector<Range> ranges;
  std::vector<Result> mine;
  std::exception_ptr failure;
  try {
    while (const auto range = chunks.next()) {
      for (std::uint64_t i = range->first; i < range->last; ++i) mine.push_back(f(i));
      ranges.push_back(*range);
    }
  } catch (...) {
    failure = std::current_exception();
    chunks.stop();
  }
  team.agree(failure);
  std::vector<Result> all(team.is_root() ? n : 0);
  detail::gather(team, ranges, std::as_bytes(std::span(mine)), sizeof(Result), std::as_writable_bytes(std::span(all)));
  return all;
}

}  // namespace perfopt::optim::distributed
