// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/distributed/rank_crew.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <ctime>
#include <exception>
#include <new>
#include <set>
#include <string_view>
#include <thread>

#include "perfopt/bench/catalogue.hpp"
#include "perfopt/bench/distributed/team_workload.hpp"
#include "perfopt/core/error.hpp"

namespace perfopt::bench {
namespace {

using optim::distributed::check_mpi;

constexpr int kCommandTag = 3;
constexpr int kRoot = 0;

// Sleeps longer and longer between looks at something that others will do: soon noticed when it is soon, and cheap when
// it is not.
class Patience {
 public:
  void wait() {
    if (++looks_ < kEagerLooks) return;
    std::this_thread::sleep_for(pause_);
    pause_ = std::min(kLongest, pause_ * 5 / 4);
  }

 private:
  using Pause = std::chrono::nanoseconds;
  static constexpr int kEagerLooks = 100;
  static constexpr Pause kLongest{1'000'000};
  int looks_ = 0;
  Pause pause_{10'000};
};

double cpu_now_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

// "Open MPI 4.1.4" of "Open MPI v4.1.4, package: Debian OpenMPI, ident: ...".
std::string library_version() {
  std::array<char, MPI_MAX_LIBRARY_VERSION_STRING> text{};
  int length = 0;
  check_mpi(MPI_Get_library_version(text.data(), &length), "MPI_Get_library_version");
  std::string version(text.data(), static_cast<std::size_t>(length));
  version.resize(std::min(version.size(), version.find_first_of(",\n")));
  if (const auto v = version.find(" v"); v != std::string::npos) version.erase(v + 1, 1);
  return version;
}

std::unique_ptr<RankTask> make_task(const RankCommand& command) {
  const Strategy& strategy = catalogue()[command.problem]->strategies[command.strategy];
  return take_task(strategy.make({command.size, command.seed, 1, {}, nullptr}));
}

RankReply answer(RankOutcome outcome, std::string_view text) {
  RankReply reply;
  reply.outcome = outcome;
  const auto bytes = std::as_bytes(std::span(text));
  reply.bytes.assign(bytes.begin(), bytes.end());
  return reply;
}

RankReply answer_of(const std::exception& error) {
  if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr) {
    return answer(RankOutcome::unavailable, "a rank ran out of memory");
  }
  if (dynamic_cast<const Unavailable*>(&error) != nullptr) return answer(RankOutcome::unavailable, error.what());
  if (dynamic_cast<const IntegrityError*>(&error) != nullptr) return answer(RankOutcome::wrong, error.what());
  return answer(RankOutcome::failed, error.what());
}

}  // namespace

std::string RankCrew::describe() const {
  std::array<char, MPI_MAX_PROCESSOR_NAME> name{};
  int length = 0;
  check_mpi(MPI_Get_processor_name(name.data(), &length), "MPI_Get_processor_name");
  std::vector<char> names(team_.is_root() ? name.size() * size() : 0);
  check_mpi(MPI_Gather(name.data(), static_cast<int>(name.size()), MPI_CHAR, names.data(),
                       static_cast<int>(name.size()), MPI_CHAR, kRoot, team_.comm()),
            "MPI_Gather");
  std::set<std::string> hosts;
  for (std::size_t at = 0; at < names.size(); at += name.size()) hosts.emplace(names.data() + at);
  return library_version() + ", " + std::to_string(size()) + (size() == 1 ? " rank" : " ranks") + " on " +
         (hosts.size() == 1 ? "one host" : std::to_string(hosts.size()) + " hosts");
}

RankReply RankCrew::lead(const RankCommand& command) {
  for (int rank = 1; rank < team_.size(); ++rank) {
    check_mpi(MPI_Send(&command, sizeof command, MPI_BYTE, rank, kCommandTag, team_.comm()), "MPI_Send");
  }
  return perform(command);
}

void RankCrew::follow() {
  for (;;) {
    const RankCommand command = await_command();
    (void)perform(command);
    if (command.order == RankOrder::end) return;
  }
}

RankCommand RankCrew::await_command() const {
  Patience patience;
  for (int there = 0; there == 0; patience.wait()) {
    check_mpi(MPI_Iprobe(kRoot, kCommandTag, team_.comm(), &there, MPI_STATUS_IGNORE), "MPI_Iprobe");
  }
  RankCommand command;
  check_mpi(MPI_Recv(&command, sizeof command, MPI_BYTE, kRoot, kCommandTag, team_.comm(), MPI_STATUS_IGNORE),
            "MPI_Recv");
  return command;
}

// All ranks are through with the step. A strategy that leaves most ranks idle must not be disturbed by their waiting.
void RankCrew::rest_together() const {
  MPI_Request request = MPI_REQUEST_NULL;
  check_mpi(MPI_Ibarrier(team_.comm(), &request), "MPI_Ibarrier");
  Patience patience;
  for (int done = 0; done == 0; patience.wait()) {
    check_mpi(MPI_Test(&request, &done, MPI_STATUS_IGNORE), "MPI_Test");
  }
}

RankReply RankCrew::perform(const RankCommand& command) {
  RankReply reply;
  std::exception_ptr failure;
  try {
    step(command, reply);
  } catch (...) {
    failure = std::current_exception();
  }
  rest_together();
  try {
    team_.agree(failure);
  } catch (const std::exception& error) {
    return answer_of(error);
  }
  if (command.order != RankOrder::run) return reply;
  const std::array<double, 2> mine{reply.wall_ns, reply.cpu_ns};
  check_mpi(MPI_Reduce(mine.data(), &reply.wall_ns, 1, MPI_DOUBLE, MPI_MAX, kRoot, team_.comm()), "MPI_Reduce");
  check_mpi(MPI_Reduce(mine.data() + 1, &reply.cpu_ns, 1, MPI_DOUBLE, MPI_SUM, kRoot, team_.comm()), "MPI_Reduce");
  return reply;
}

void RankCrew::step(const RankCommand& command, RankReply& reply) {
  switch (command.order) {
    case RankOrder::make: {
      auto task = make_task(command);
      task->prepare(team_);
      tasks_[command.object] = std::move(task);
      return;
    }
    case RankOrder::poison:
      return tasks_.at(command.object)->poison(team_);
    case RankOrder::run:
      return run(*tasks_.at(command.object), reply);
    case RankOrder::output:
      reply.bytes = tasks_.at(command.object)->result(team_);
      return;
    case RankOrder::speed:
      reply.bytes = speeds(*tasks_.at(command.object));
      return;
    case RankOrder::drop:
      tasks_.erase(command.object);
      return;
    case RankOrder::end:
      tasks_.clear();
      return;
  }
}

void RankCrew::run(RankTask& task, RankReply& reply) {
  check_mpi(MPI_Barrier(team_.comm()), "MPI_Barrier");
  const double cpu = cpu_now_ns();
  const double start = MPI_Wtime();
  task.run(team_);
  reply.wall_ns = (MPI_Wtime() - start) * 1e9;
  reply.cpu_ns = cpu_now_ns() - cpu;
}

std::vector<std::byte> RankCrew::speeds(RankTask& task) {
  check_mpi(MPI_Barrier(team_.comm()), "MPI_Barrier");
  const double mine = task.speed(team_);
  std::vector<double> all(team_.is_root() ? size() : 0);
  check_mpi(MPI_Gather(&mine, 1, MPI_DOUBLE, all.data(), 1, MPI_DOUBLE, kRoot, team_.comm()), "MPI_Gather");
  return bytes_of(all);
}

}  // namespace perfopt::bench
