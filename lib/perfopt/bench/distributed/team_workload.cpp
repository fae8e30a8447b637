// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/distributed/team_workload.hpp"

#include <cstring>
#include <numeric>

#include "perfopt/bench/catalogue.hpp"
#include "perfopt/core/error.hpp"

namespace perfopt::bench {
namespace {

// Where `make` stands in the catalogue, which is the same in every process of this program.
RankCommand place_of(Make make) {
  RankCommand command;
  for (const Problem* problem : catalogue()) {
    command.strategy = 0;
    for (const Strategy& strategy : problem->strategies) {
      if (strategy.make == make) return command;
      ++command.strategy;
    }
    ++command.problem;
  }
  throw Error(ExitCode::internal, "a strategy for ranks is not in the catalogue");
}

}  // namespace

TeamWorkload::TeamWorkload(const Setup& setup, Make make, std::unique_ptr<RankTask> task) : task_(std::move(task)) {
  if (setup.services == nullptr) return;
  team_ = &setup.services->get<RankTeam>();
  if (team_->size() < task_->least_ranks()) {
    throw Unavailable("needs " + std::to_string(task_->least_ranks()) + " ranks, and there " +
                      (team_->size() == 1 ? "is 1" : "are " + std::to_string(team_->size())) + " (--ranks)");
  }
  command_ = place_of(make);
  command_.object = team_->new_object();
  command_.size = setup.size;
  command_.seed = setup.seed;
  (void)call(RankOrder::make);
}

TeamWorkload::~TeamWorkload() {
  if (team_ == nullptr) return;
  try {
    (void)call(RankOrder::drop);
  } catch (const Error&) {
    return;  // the ranks are gone, and the object with them
  }
}

RankReply TeamWorkload::call(RankOrder order) const {
  RankCommand command = command_;
  command.order = order;
  return team_->call(command);
}

Work TeamWorkload::work() const {
  Work work = task_->work(team_->size());
  if (task_->kernel_units() == 0) return work;
  const RankReply reply = call(RankOrder::speed);
  std::vector<double> speeds(reply.bytes.size() / sizeof(double));
  std::memcpy(speeds.data(), reply.bytes.data(), reply.bytes.size());
  const double reference = speeds.front();
  work.bound.limit = Limit::ranks;
  work.bound.units = task_->kernel_units() / reference;
  work.bound.rate = std::accumulate(speeds.begin(), speeds.end(), 0.0) / reference;
  return work;
}

void TeamWorkload::poison() {
  (void)call(RankOrder::poison);
}

void TeamWorkload::run() {
  const RankReply reply = call(RankOrder::run);
  measured_ = {reply.wall_ns, reply.cpu_ns};
}

Output TeamWorkload::output() {
  result_ = call(RankOrder::output).bytes;
  return {result_, task_->element(), 0};
}

void TeamWorkload::check(const Output& result) const {
  task_->check(result, team_->size());
}

std::unique_ptr<RankTask> take_task(std::unique_ptr<Workload> workload) {
  return std::move(static_cast<TeamWorkload&>(*workload).task_);
}

}  // namespace perfopt::bench
