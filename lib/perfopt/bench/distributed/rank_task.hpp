// SPDX-License-Identifier: Apache-2.0
// What a strategy of the distributed category is: a task that all ranks carry out together.
//
// A problem derives one task from this header, and from that one final class a strategy, as with Workload. The object
// exists in the measuring process, where it tells its work and judges results by the problem's definition, and on each
// rank, where it makes its input, runs and collects its result. A strategy's entry in the table is make_on_ranks<T>
// (team_workload.hpp), which does the rest.
//
//   internal
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "perfopt/bench/workload.hpp"
#include "perfopt/optim/distributed/team.hpp"

namespace perfopt::bench {

using optim::distributed::Team;

class RankTask {
 public:
  RankTask() = default;
  RankTask(const RankTask&) = delete;
  RankTask& operator=(const RankTask&) = delete;
  virtual ~RankTask() = default;

  // In the measuring process. A cheap constructor, for what is needed here only: size and seed.
  [[nodiscard]] virtual unsigned least_ranks() const { return 2; }
  [[nodiscard]] virtual Work work(unsigned ranks) const = 0;
  // Rounds of the kernel whose speed() the ranks measure: bounds the task by their joint speed. 0: nothing does.
  [[nodiscard]] virtual double kernel_units() const { return 0; }
  [[nodiscard]] virtual Element element() const { return Element::u64; }
  virtual void check(const Output& result, unsigned ranks) const = 0;

  // On each rank, at the same time.
  virtual void prepare(Team&) {}
  virtual void poison(Team& team) = 0;
  virtual void run(Team& team) = 0;
  // The whole result on the root, as every rank holds or has received it; anything on the others.
  [[nodiscard]] virtual std::vector<std::byte> result(Team& team) = 0;
  // Units of the kernel per second on this rank, while the others measure theirs; 0 where it takes no part.
  [[nodiscard]] virtual double speed(Team&) { return 0; }
};

template <class T>
[[nodiscard]] std::vector<std::byte> bytes_of(const std::vector<T>& values) {
  const auto bytes = std::as_bytes(std::span(values));
  return {bytes.begin(), bytes.end()};
}

}  // namespace perfopt::bench
