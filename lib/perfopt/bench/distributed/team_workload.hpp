// SPDX-License-Identifier: Apache-2.0
// A strategy of the distributed category as the runner sees it: each step is a command to the ranks.
//
//   internal
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "perfopt/bench/distributed/rank_command.hpp"
#include "perfopt/bench/distributed/rank_task.hpp"
#include "perfopt/bench/distributed/rank_team.hpp"
#include "perfopt/bench/services.hpp"
#include "perfopt/bench/workload.hpp"

namespace perfopt::bench {

class TeamWorkload final : public Workload {
 public:
  // `make`: the strategy's entry in the catalogue, by which the ranks find it. Without services the object only brings
  // the task to a rank.
  TeamWorkload(const Setup& setup, Make make, std::unique_ptr<RankTask> task);
  ~TeamWorkload() override;

  [[nodiscard]] Work work() const override;
  void poison() override;
  void run() override;
  [[nodiscard]] Output output() override;
  void check(const Output& result) const override;
  [[nodiscard]] bool measures_itself() const override { return true; }
  [[nodiscard]] RunTime measured() const override { return measured_; }
  [[nodiscard]] std::string conditions() const override { return team_->description(); }

 private:
  friend std::unique_ptr<RankTask> take_task(std::unique_ptr<Workload> workload);
  RankReply call(RankOrder order) const;

  std::unique_ptr<RankTask> task_;
  RankTeam* team_ = nullptr;
  RankCommand command_;
  RunTime measured_;
  std::vector<std::byte> result_;
};

// On a rank: the task of a workload that make_on_ranks made without services.
[[nodiscard]] std::unique_ptr<RankTask> take_task(std::unique_ptr<Workload> workload);

// T derives from RankTask, is made by T(size, seed), and belongs to one strategy alone.
template <class T>
std::unique_ptr<Workload> make_on_ranks(const Setup& setup) {
  return std::make_unique<TeamWorkload>(setup, &make_on_ranks<T>, std::make_unique<T>(setup.size, setup.seed));
}

}  // namespace perfopt::bench
