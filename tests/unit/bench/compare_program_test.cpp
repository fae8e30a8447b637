// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/compare/program.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "perfopt/bench/compare/instructions.hpp"
#include "perfopt/bench/compare/plain_duel.hpp"
#include "perfopt/bench/compare/sliced_duel.hpp"
#include "perfopt/bench/compare/worker.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/process.hpp"
#include "perfopt/core/temp_dir.hpp"
#include "unit/bench/processes.hpp"

using namespace perfopt;
using namespace perfopt::bench;

namespace {

#if defined(__has_feature)
constexpr bool kSanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
constexpr bool kSanitized = false;
#endif
const std::string kBase = PERFOPT_SLICES_BASE;
const std::string kChanged = PERFOPT_SLICES_CHANGED;

struct Sides {
  Program base = open_program("base", kBase, 5);
  Program changed = open_program("changed side", kChanged, 5);
};

std::string failure_of(const std::string& benchmark, const DuelOptions& options = {}, double timeout_s = 5) {
  Sides sides;
  sides.changed.timeout_s = timeout_s;
  const auto duel = make_sliced_duel(sides.base, sides.changed, benchmark, benchmark, options);
  try {
    duel->prepare();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a program with our main tells its benchmarks and can be run in slices") {
  const Program program = open_program("base", kBase, 5);
  CHECK(program.sliceable);
  CHECK(program.digest.size() == 16);
  REQUIRE(program.names.size() > 5);
  CHECK(program.names[0] == "compute/300");
  CHECK(program.names[1] == "compute/3000");
  Worker worker(program);
  std::vector<std::string> names;
  REQUIRE(worker.greet(names));
  CHECK(names == program.names);
  const Slice slice = worker.run(1, 50);
  CHECK(slice.iterations == 50);
  CHECK(slice.wall_ns > 1000);
  CHECK(slice.cpu_ns > 1000);
  CHECK(slice.threads == 1);
  CHECK_FALSE(slice.manual);
  CHECK(slice.label == "checksum=42");
  CHECK(slice.peak_rss_bytes > 1U << 20U);
  CHECK(worker.run(program.index_of("fixed/iterations:7"), 50).iterations == 7);
  CHECK(worker.run(program.index_of("fixed/min_time:0.001"), 50).iterations > 7);
  worker.finish();
}

TEST_CASE("a program with the usual main lists its benchmarks and is not run") {
  const Program program = open_program("base", PERFOPT_PLAIN_BASE, 5);
  CHECK_FALSE(program.sliceable);
  CHECK(program.names.front() == "compute/300");
}

TEST_CASE("what is no benchmark program is refused with one line") {
  const TempDir scratch("perfopt-test");
  const auto refused = [](const std::string& command, const char* why) {
    CAPTURE(command);
    CHECK_THROWS_WITH_AS((void)open_program("base", command, 5), doctest::Contains(why), BadInput);
  };
  refused("/nowhere/bench", "the base: there is no file /nowhere/bench");
  refused("no-such-program-here", "there is no program 'no-such-program-here' in PATH");
  refused(scratch.path().string(), "is a directory; name the program in it");
  refused("true", "true lists no benchmarks; is it a Google Benchmark program?");
  refused("false", "false ended with exit code 1 when asked for --benchmark_list_tests");
  const auto empty = scratch.path() / "empty";
  std::ofstream(empty).close();
  CHECK_THROWS_AS((void)open_program("base", empty.string(), 5), SystemError);
}

TEST_CASE("a third more work is a pair's ratio, whichever side goes first") {
  Sides sides;
  const auto duel = make_sliced_duel(sides.base, sides.changed, "compute/3000", "compute/3000", {});
  duel->prepare();
  CHECK(duel->wall_reason().empty());
  Random order(3);
  bool both_orders[2] = {false, false};
  for (int i = 0; i < 12; ++i) {
    const MeasuredPair pair = duel->pair(order);
    both_orders[pair.base_first ? 0 : 1] = true;
    CHECK(pair.changed.cpu_ns / pair.base.cpu_ns > 1.1);
    CHECK(pair.changed.cpu_ns / pair.base.cpu_ns < 1.7);
  }
  CHECK(both_orders[0]);
  CHECK(both_orders[1]);
  const auto metrics = duel->metrics();
  REQUIRE(metrics.size() == 4);
  CHECK(metrics[0].metric == "peak_rss");
  CHECK(*metrics[0].base > 1e6);
  CHECK(metrics[3].skipped_reason.find("benchmark_allocations") != std::string::npos);
}

TEST_CASE("a side that crashes, hangs or refuses fails its benchmark with one line") {
  CHECK(failure_of("compute/300").empty());
  CHECK(failure_of("crashes") == "the changed side ended with exit code 3");
  CHECK(failure_of("refuses") == "the changed side says: no input here");
  CHECK(failure_of("hangs", {}, 0.3) == "the changed side hangs: no answer in 0.3 s (--timeout)");
}

TEST_CASE("outputs are compared before any time where that is asked for") {
  DuelOptions same;
  same.expect_same_output = true;
  CHECK(failure_of("other_output").empty());
  CHECK(failure_of("other_output", same) == "the outputs differ: base 'sum=1', changed 'sum=2'");
  CHECK(failure_of("compute/300", same).empty());
  CHECK(failure_of("equal", same).find("tells no output to compare") == 0);
}

TEST_CASE("a body that waits is judged by wall time when it measures that") {
  Sides sides;
  DuelOptions wall;
  wall.metric = "wall";
  const auto duel = make_sliced_duel(sides.base, sides.changed, "equal", "equal", wall);
  duel->prepare();
  CHECK(duel->wall_reason() == "wall time: asked for");
}

TEST_CASE("instructions show a third more work exactly") {
  if (find_program("valgrind").empty() || kSanitized) {
    MESSAGE("skipped: valgrind is not here, or cannot run programs with sanitizers");
    return;
  }
  Sides sides;
  sides.base.timeout_s = sides.changed.timeout_s = 60;
  const auto metric = compare_instructions(sides.base, sides.changed, "compute/3000", "compute/3000", 0.02);
  CAPTURE(metric.skipped_reason);
  REQUIRE(metric.base);
  CHECK(*metric.changed / *metric.base == doctest::Approx(4.0 / 3).epsilon(0.002));
  CHECK(*metric.base > 9000 * 2);
  CHECK(metric.verdict == model::Change::slower);
  const auto same = compare_instructions(sides.base, sides.changed, "equal", "equal", 0.001);
  CHECK(same.verdict == model::Change::same);
  const std::string fixed = "fixed/iterations:7";
  CHECK(compare_instructions(sides.base, sides.changed, fixed, fixed, 0.02).skipped_reason ==
        "the benchmark sets its number of iterations itself");
  const auto none = compare_instructions(sides.base, sides.changed, "crashes", "crashes", 0.02);
  CHECK_FALSE(none.verdict);
  CHECK_FALSE(none.skipped_reason.empty());
}

TEST_CASE("programs with the usual main are compared by whole runs") {
  const Program base = open_program("base", PERFOPT_PLAIN_BASE, 5);
  Program changed = open_program("changed side", PERFOPT_PLAIN_CHANGED, 5);
  Random order(4);
  const auto duel = make_plain_duel(base, changed, "compute/3000", "compute/3000", {});
  duel->prepare();
  const MeasuredPair pair = duel->pair(order);
  CHECK(pair.changed.cpu_ns / pair.base.cpu_ns > 1.1);
  CHECK(pair.changed.cpu_ns / pair.base.cpu_ns < 1.7);
  CHECK(*duel->metrics()[0].base > 1e6);
  CHECK(duel->wall_reason().empty());

  const auto waits = make_plain_duel(base, changed, "waits/real_time", "waits/real_time", {});
  waits->prepare();
  CHECK(waits->wall_reason() == "wall time: the benchmark counts by it itself");

  changed.timeout_s = 0.5;
  const auto failure = [&](const std::string& name) {
    try {
      make_plain_duel(base, changed, name, name, {})->prepare();
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK(failure("crashes") == "the changed side ended with exit code 3");
  CHECK(failure("hangs") == "the changed side hangs: no end in 0.5 s (--timeout)");
  CHECK(failure("refuses").find("the changed side says: no input") == 0);
}
