// SPDX-License-Identifier: Apache-2.0
// Commands whose outcome does not depend on how fast this machine is.
#include "perfopt/bench/compare/command_measurement.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "perfopt/bench/compare/neighbours.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/core/temp_dir.hpp"

using namespace perfopt;
using namespace perfopt::bench;

namespace {

CommandRequest request_of(const std::vector<std::string>& commands, std::size_t runs) {
  CommandRequest request;
  for (const std::string& command : commands) {
    CommandSpec spec;
    spec.name = spec.command = command;
    request.commands.push_back(spec);
  }
  request.least_runs = request.most_runs = runs;
  request.seed = 7;
  return request;
}

CommandOutcome measured(const CommandRequest& request) {
  FamilyObserver observer;
  const Cancellation never;
  return measure_commands(request, observer, never);
}

std::size_t lines_in(const std::filesystem::path& file, char kind) {
  const std::string text = read_file(file);
  return static_cast<std::size_t>(std::ranges::count(text, kind));
}

}  // namespace

TEST_CASE("each command runs as often as asked, in rounds, with all that belongs to it") {
  const TempDir directory("perfopt-test");
  const std::string log = (directory.path() / "log").string();
  CommandRequest request = request_of({"printf r >>" + log, "true"}, 6);
  request.conditions.warmup = 2;
  request.commands[0].setup = "printf s >>" + log;
  request.commands[0].prepare = "printf p >>" + log;
  request.commands[0].conclude = "printf c >>" + log;
  request.commands[0].cleanup = "printf e >>" + log;
  const CommandOutcome outcome = measured(request);
  CHECK_FALSE(outcome.comparison);
  CHECK(read_file(log) == "sprcprcprcprcprcprcprcprce");
  for (const model::MeasuredCommand& command : outcome.runs.commands) {
    CHECK(command.runs.wall_ns.size() == 6);
    CHECK(command.runs.exit_codes == std::vector<std::uint32_t>(6, 0));
    CHECK(command.runs.round == std::vector<std::uint32_t>{0, 1, 2, 3, 4, 5});
    REQUIRE(command.summary);
  }
  REQUIRE(outcome.runs.shell);
  CHECK(outcome.runs.shell->shell == "sh");
  CHECK(outcome.runs.shell->wall_ns.size() == 6);
  CHECK(outcome.runs.shell->median_ns.estimate > 0);
  CHECK(outcome.runs.complete);
}

TEST_CASE("a command that is plainly slower is told so, and its runs are pairs") {
  CommandRequest request = request_of({"sleep 0.001", "sleep 0.15"}, 12);
  request.conditions.shell.clear();
  request.reference = 0;
  const CommandOutcome outcome = measured(request);
  REQUIRE(outcome.comparison);
  REQUIRE(outcome.comparison->benchmarks.size() == 1);
  const model::ComparedBenchmark& one = outcome.comparison->benchmarks.front();
  CHECK(one.verdict == model::Change::slower);
  CHECK(one.metric == "wall_time");
  CHECK(one.pairs.base_wall_ns.size() >= 10);
  CHECK_FALSE(outcome.runs.shell);
  CHECK(outcome.runs.commands[0].runs.round == outcome.runs.commands[1].runs.round);
}

TEST_CASE("several are each judged against the reference") {
  // So far apart that no neighbour turns a pair around.
  CommandRequest request = request_of({"sleep 0.1", "sleep 0.001", "sleep 0.3"}, 13);
  request.conditions.shell.clear();
  request.reference = 0;
  const CommandOutcome outcome = measured(request);
  REQUIRE(outcome.comparison->benchmarks.size() == 2);
  CHECK(outcome.comparison->benchmarks[0].verdict == model::Change::faster);
  CHECK(outcome.comparison->benchmarks[1].verdict == model::Change::slower);
  CHECK(outcome.runs.commands[0].runs.wall_ns.size() == 26);
  CHECK(outcome.comparison->changed.label == "2 commands");
}

TEST_CASE("a failing command is refused in its first run, and kept apart in a later one") {
  CHECK_THROWS_WITH_AS(
      (void)measured(request_of({"exit 3"}, 5)),
      "'exit 3' ended with exit code 3 in run 1; --show-output shows why, --ignore-failure measures it "
      "all the same",
      BadInput);
  const CommandOutcome later = measured(request_of({"test $PERFBENCH_RUN -lt 3", "true"}, 6));
  CHECK(later.runs.commands[0].runs.wall_ns.size() == 3);
  CHECK(later.runs.commands[0].failure.find("ended with exit code 1 in run 4") != std::string::npos);
  CHECK(later.runs.commands[1].runs.wall_ns.size() == 6);
  CommandRequest compared = request_of({"true", "test $PERFBENCH_RUN -lt 3"}, 12);
  compared.reference = 0;
  CHECK(measured(compared).comparison->benchmarks.front().verdict == model::Change::failed);
}

TEST_CASE("failures that may be are measured") {
  CommandRequest request = request_of({"exit 3"}, 3);
  request.conditions.ignored_codes = {1, 3};
  CHECK(measured(request).runs.commands.front().runs.exit_codes == std::vector<std::uint32_t>(3, 3));
  request.conditions.ignored_codes = {1};
  CHECK_THROWS_AS((void)measured(request), BadInput);
  request.conditions.ignore_failures = true;
  CHECK(measured(request).runs.commands.front().runs.wall_ns.size() == 3);
  // Only exit codes are listed, and a signal is none.
  CommandRequest killed = request_of({"kill -9 $$"}, 2);
  killed.conditions.ignored_codes = {9, 137};
  CHECK_THROWS_AS((void)measured(killed), BadInput);
}

TEST_CASE("a hanging command is stopped, and cleanup is still done") {
  const TempDir directory("perfopt-test");
  const std::filesystem::path log = directory.path() / "log";
  CommandRequest request = request_of({"sleep 100"}, 2);
  request.conditions.time_limit_s = 0.2;
  request.commands[0].conclude = "printf c >>" + log.string();
  request.commands[0].cleanup = "printf e >>" + log.string();
  CHECK_THROWS_WITH_AS((void)measured(request),
                       "'sleep 100' did not end within 200 ms and was stopped in run 1; --timeout gives it longer",
                       BadInput);
  CHECK(lines_in(log, 'c') == 1);
  CHECK(lines_in(log, 'e') == 1);
}

TEST_CASE("other output is refused with its first difference, before any time counts") {
  CommandRequest request = request_of({"printf 'one\\ntwo\\n'", "printf 'one\\nTwo\\n'"}, 10);
  request.reference = 0;
  request.same_output = true;
  CHECK_THROWS_WITH_AS((void)measured(request),
                       "the outputs differ at byte 5 (line 2): 'two' of 'printf 'one\\ntwo\\n'', 'Two' of 'printf "
                       "'one\\nTwo\\n''",
                       IntegrityError);
  request.commands[1].command = "printf 'one\\n'";
  CHECK_THROWS_WITH_AS((void)measured(request), doctest::Contains("its end of"), IntegrityError);
  request.commands[1].command = "echo one; echo two; echo three >&2";
  CHECK(measured(request).comparison->benchmarks.front().verdict != model::Change::failed);
}

TEST_CASE("what is cancelled is incomplete") {
  FamilyObserver observer;
  Cancellation cancelled;
  cancelled.request();
  const CommandOutcome outcome = measure_commands(request_of({"true"}, 3), observer, cancelled);
  CHECK_FALSE(outcome.runs.complete);
  CHECK(outcome.runs.commands.front().runs.wall_ns.empty());
}

TEST_CASE("orders are drawn anew in each round") {
  const TempDir directory("perfopt-test");
  const std::filesystem::path log = directory.path() / "log";
  CommandRequest request = request_of({"printf a >>" + log.string(), "printf b >>" + log.string()}, 30);
  (void)measured(request);
  const std::string text = read_file(log);
  REQUIRE(text.size() == 60);
  std::set<std::string> orders;
  for (std::size_t i = 0; i < text.size(); i += 2) orders.insert(text.substr(i, 2));
  CHECK(orders == std::set<std::string>{"ab", "ba"});
}

TEST_CASE("the busiest neighbour is named") {
  const std::map<int, ProcessTime> before{{10, {"idle", 5, 1}}, {11, {"cc1plus", 100, 2}}, {12, {"us", 0, 3}}};
  std::map<int, ProcessTime> after = before;
  after[11].ticks = 180;
  after[12].ticks = 900;
  CHECK(busiest(before, after, 1.0, 12) == "'cc1plus' (process 11) used 80 % of a CPU meanwhile");
  CHECK(busiest(before, before, 1.0, 12).empty());
  // A number that was used again counts from zero.
  after[11] = {"ld", 50, 9};
  CHECK(busiest(before, after, 1.0, 12) == "'ld' (process 11) used 50 % of a CPU meanwhile");
}

TEST_CASE("processes are read whatever they are called") {
  const TempDir root("perfopt-test");
  for (const char* number : {"42", "43"}) std::filesystem::create_directories(root.path() / "proc" / number);
  std::filesystem::create_directories(root.path() / "proc" / "self");
  write_atomically(root.path() / "proc/42/stat", "42 (a) b (c) S 1 1 1 0 -1 0 0 0 0 0 30 12 0 0 20 0 1 0 777 0 0\n");
  write_atomically(root.path() / "proc/43/stat", "cut off");
  const auto processes = read_processes(root.path());
  REQUIRE(processes.size() == 1);
  CHECK(processes.at(42).name == "a) b (c");
  CHECK(processes.at(42).ticks == 42);
  CHECK(processes.at(42).started == 777);
}
