// SPDX-License-Identifier: Apache-2.0
// Ranks that do not start, die, or compute wrongly; and that nothing of them stays.
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "perfopt/bench/catalogue.hpp"
#include "perfopt/bench/runner.hpp"
#include "perfopt/bench/services.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/process.hpp"
#include "perfopt/core/temp_dir.hpp"
#include "unit/environment_variable.hpp"

using namespace perfopt;
using namespace perfopt::bench;
using model::Status;

namespace {

namespace fs = std::filesystem;

const Problem* problem(std::string_view name) {
  for (const Problem* one : catalogue()) {
    if (one->category == "distributed" && one->name == name) return one;
  }
  return nullptr;
}

bool can_run() {
  if (problem("halo") != nullptr && !find_program("mpirun").empty()) return true;
  MESSAGE("skipped: MPI is not in this build, or mpirun is not installed");
  return false;
}

std::vector<pid_t> children_of(pid_t pid) {
  std::vector<pid_t> children;
  for (const auto& task : fs::directory_iterator("/proc/" + std::to_string(pid) + "/task")) {
    std::ifstream file(task.path() / "children");
    for (pid_t child = 0; file >> child;) children.push_back(child);
  }
  return children;
}

// The ranks of mpirun, which is our only child that has children.
std::vector<pid_t> ranks() {
  for (const pid_t child : children_of(::getpid())) {
    if (auto grandchildren = children_of(child); !grandchildren.empty()) return grandchildren;
  }
  return {};
}

bool end_soon(const std::vector<pid_t>& processes) {
  for (int i = 0; i < 500; ++i) {
    const auto there = [](pid_t pid) { return fs::exists("/proc/" + std::to_string(pid)); };
    if (std::ranges::none_of(processes, there)) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

// One run of a strategy, verified; its time.
double run_once(const Strategy& strategy, const Setup& setup) {
  const auto workload = strategy.make(setup);
  workload->poison();
  workload->run();
  workload->check(workload->output());
  return workload->measured().wall_ns;
}

// Kills a rank when the first case is done.
class Killer final : public Observer {
 public:
  void finished(const model::Case&, const model::Suite& suite) override {
    if (suite.cases.size() == 1) ::kill(ranks().back(), SIGKILL);
  }
};

}  // namespace

TEST_CASE("without mpirun the category says so in one line") {
  if (!can_run()) return;
  const TempDir scratch("perfopt-mpi");
  Services services({scratch.path()});
  const EnvironmentVariable path("PATH", "/nonexistent");
  CHECK_THROWS_WITH_AS((void)problem("halo")->strategies[0].make({64, 1, 2, scratch.path(), &services}),
                       "mpirun: not found in PATH; install it", Unavailable);
  CHECK(services.deaths().empty());
}

TEST_CASE("ranks serve several objects at once, more of them than cores, and leave nothing") {
  if (!can_run()) return;
  const TempDir scratch("perfopt-mpi");
  std::vector<pid_t> started;
  {
    Services services({.scratch = scratch.path(), .ranks = 3});
    const Setup setup{64, 1, 2, scratch.path(), &services};
    const auto first = problem("halo")->strategies[0].make(setup);
    const auto second = problem("partition_even")->strategies[2].make(setup);
    started = ranks();
    CHECK(started.size() == 3);
    CHECK(first->conditions().ends_with("3 ranks on one host"));
    for (Workload* workload : {first.get(), second.get()}) {
      workload->poison();
      CHECK_THROWS_AS(workload->check(workload->output()), IntegrityError);
    }
    second->run();
    CHECK_THROWS_AS(first->check(first->output()), IntegrityError);
    first->run();
    CHECK_NOTHROW(first->check(first->output()));
    CHECK_NOTHROW(second->check(second->output()));
    CHECK(second->measured().wall_ns > 0);
    CHECK(second->measured().cpu_ns > 0);
  }
  CHECK(end_soon(started));
  CHECK(fs::is_empty(scratch.path()));
}

TEST_CASE("one rank is not enough, and said to be") {
  if (!can_run()) return;
  const TempDir scratch("perfopt-mpi");
  Services services({.scratch = scratch.path(), .ranks = 1});
  const Setup setup{64, 1, 2, scratch.path(), &services};
  CHECK_THROWS_WITH_AS((void)problem("halo")->strategies[0].make(setup), "needs 2 ranks, and there is 1 (--ranks)",
                       Unavailable);
  CHECK_NOTHROW((void)problem("scaling")->strategies[0].make(setup));
}

TEST_CASE("a wrong item of the last rank is refused by its number") {
  if (!can_run()) return;
  const TempDir scratch("perfopt-mpi");
  Services services({scratch.path()});
  for (const char* name : {"partition_even", "scatter_heavy", "scaling", "halo"}) {
    const auto workload = problem(name)->strategies[0].make({64, 1, 2, scratch.path(), &services});
    workload->poison();
    workload->run();
    const Output right = workload->output();
    std::vector<std::byte> wrong(right.bytes.begin(), right.bytes.end());
    wrong.back() ^= std::byte{1};
    const std::string element = "element " + std::to_string(wrong.size() / 8 - 1);
    try {
      workload->check({wrong, right.element, 0});
      FAIL("not refused: " << name);
    } catch (const IntegrityError& error) {
      CHECK(std::string(error.what()).find(element) != std::string::npos);
    }
  }
}

TEST_CASE("a rank that is killed takes the cases after it, in one line, and the run goes on to its end") {
  if (!can_run()) return;
  const TempDir scratch("perfopt-mpi");
  RunOptions options;
  options.filter = "distributed/(partition_even|reduction)";
  options.sizes = parse_sizes("small");
  options.repetitions = 6;
  options.refine = false;
  options.scratch = scratch.path();
  Killer killer;
  const Cancellation cancellation;
  const model::Suite suite = run(options, killer, cancellation);
  REQUIRE(suite.cases.size() == 2);
  CHECK(suite.cases[0].status == Status::ok);
  CHECK(suite.cases[1].status == Status::skipped);
  CHECK(suite.cases[1].reason == "a rank was killed by signal 9 (Killed)");
  CHECK(suite.complete);
  CHECK_FALSE(has_failures(suite));
  CHECK(fs::is_empty(scratch.path()));
}

TEST_CASE("a rank that dies in the middle of a run is told as the reason") {
  if (!can_run()) return;
  const TempDir scratch("perfopt-mpi");
  Services services({scratch.path()});
  // Half a minute of work, if nobody ended it.
  const auto workload = problem("scaling")->strategies[1].make({1'000'000, 1, 2, scratch.path(), &services});
  const std::vector<pid_t> victims = ranks();
  REQUIRE(victims.size() == 2);
  std::jthread killer([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    ::kill(victims.back(), SIGKILL);
  });
  CHECK_THROWS_WITH_AS(workload->run(), "a rank was killed by signal 9 (Killed)", Unavailable);
  CHECK(services.deaths() == std::vector<std::string>{"a rank was killed by signal 9 (Killed)"});
  CHECK_THROWS_AS((void)problem("halo")->strategies[0].make({64, 1, 2, scratch.path(), &services}), Unavailable);
  CHECK(end_soon(victims));
}

TEST_SUITE("timing") {
  TEST_CASE("a rank at half speed costs fixed shares more than drawn ones") {
    if (!can_run()) return;
    const TempDir scratch("perfopt-mpi");
    Services services({scratch.path()});
    const Problem& straggler = *problem("partition_straggler");
    std::vector<double> ratios;
    for (std::uint64_t seed = 0; seed < 9; ++seed) {
      const Setup setup{4096, seed, 2, scratch.path(), &services};
      ratios.push_back(run_once(straggler.strategies[0], setup) / run_once(straggler.strategies[2], setup));
    }
    std::ranges::sort(ratios);
    CHECK(ratios[4] > 1.25);
  }
}
