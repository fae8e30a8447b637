// SPDX-License-Identifier: Apache-2.0
// The ranks at work: the first gets commands and passes them on, the others carry them out with it.
//
// A rank without work sleeps, at most a millisecond at a time: MPI itself would wait at full speed. Runs begin at a
// barrier, and each rank's time counts from there. What one rank throws reaches the root as the answer.
//
//   internal
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "perfopt/bench/distributed/rank_command.hpp"
#include "perfopt/bench/distributed/rank_task.hpp"
#include "perfopt/optim/distributed/team.hpp"

namespace perfopt::bench {

class RankCrew {
 public:
  // Collective; MPI is initialised.
  explicit RankCrew(MPI_Comm comm) : team_(comm) {}

  [[nodiscard]] bool is_root() const { return team_.is_root(); }
  [[nodiscard]] unsigned size() const { return static_cast<unsigned>(team_.size()); }
  // Collective: "Open MPI 4.1.4, 2 ranks on one host"; on the root.
  [[nodiscard]] std::string describe() const;

  // On the root.
  [[nodiscard]] RankReply lead(const RankCommand& command);
  // On the others: until the order `end`.
  void follow();

 private:
  [[nodiscard]] RankReply perform(const RankCommand& command);
  void step(const RankCommand& command, RankReply& reply);
  void run(RankTask& task, RankReply& reply);
  [[nodiscard]] std::vector<std::byte> speeds(RankTask& task);
  [[nodiscard]] RankCommand await_command() const;
  void rest_together() const;

  Team team_;
  std::map<std::uint64_t, std::unique_ptr<RankTask>> tasks_;
};

}  // namespace perfopt::bench
