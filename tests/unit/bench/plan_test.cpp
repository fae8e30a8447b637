// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/plan.hpp"

#include <string>

#include <doctest/doctest.h>

#include "perfopt/core/error.hpp"

using namespace perfopt;
using namespace perfopt::bench;

namespace {

struct Nothing final : Workload {
  explicit Nothing(const Setup&) {}
  Work work() const override { return {}; }
  void poison() override {}
  void run() override {}
  Output output() override { return {}; }
  void check(const Output&) const override {}
};

constexpr Size kSizes[] = {{10, SizeClass::small}, {100, SizeClass::medium}};
const Strategy kStrategies[] = {{"naive", Level::baseline, "", "", "", make<Nothing>},
                                {"wide", Level::conservative, "", "", "", make<Nothing>},
                                {"hand", Level::aggressive, "", "", "", make<Nothing>}};
const Problem kProblem{"cpu",
                       "thing",
                       "Thing",
                       "rows",
                       16,
                       false,
                       1000,
                       kSizes,
                       kStrategies,
                       [](std::size_t n) { return static_cast<double>(n) * 1e6; },
                       [](std::size_t n) { return static_cast<double>(n) * 2e6; }};

RunOptions options() {
  RunOptions result;
  result.memory_limit_bytes = 500'000'000;
  result.file_limit_bytes = 1'500'000'000;
  return resolve(result);
}

}  // namespace

TEST_CASE("sizes are classes, counts and bytes in any mix") {
  const SizeRequest request = parse_sizes("small,1K,64KiB");
  CHECK(request.classes == std::vector<SizeClass>{SizeClass::small});
  CHECK(request.counts == std::vector<std::uint64_t>{1000});
  CHECK(request.bytes == std::vector<std::uint64_t>{65536});
  for (const char* bad : {"", "tiny", "small,", "1,,2", "-5", "1e999"})
    CHECK_THROWS_AS((void)parse_sizes(bad), BadInput);
}

TEST_CASE("a filter keeps the baseline with what it selects") {
  RunOptions chosen = options();
  chosen.filter = "thing/hand";
  const PlannedCase planned = plan_case(chosen, kProblem, 10, "small");
  REQUIRE(planned.strategies.size() == 2);
  CHECK(planned.strategies[0].strategy->name == "naive");
  CHECK(planned.strategies[1].strategy->name == "hand");
  chosen.filter = "nothing-like-it";
  CHECK(plan_case(chosen, kProblem, 10, "small").strategies.empty());
  CHECK_THROWS_WITH_AS((void)plan_cases(chosen),
                       "--filter: no strategy matches 'nothing-like-it'; see `perfbench --list`", BadInput);
  chosen.filter = "(";
  CHECK_THROWS_AS((void)plan_case(chosen, kProblem, 10, "small"), BadInput);
}

TEST_CASE("what is above the level or switched off is skipped with the reason") {
  RunOptions chosen = options();
  chosen.level = Level::conservative;
  chosen.disabled = {"cpu/thing/wide", "cpu/thing/naive"};
  const PlannedCase planned = plan_case(chosen, kProblem, 10, "small");
  CHECK(planned.strategies[0].skip_reason.empty());  // without the baseline nothing can be compared
  CHECK(planned.strategies[1].skip_reason == "switched off in the configuration");
  CHECK(planned.strategies[2].skip_reason == "its level is aggressive, above --level conservative");
  chosen.disabled = {"cpu"};
  CHECK(plan_case(chosen, kProblem, 10, "small").skip_reason == "switched off in the configuration");
}

TEST_CASE("a size beyond a limit is skipped, naming the limit") {
  CHECK(plan_case(options(), kProblem, 100, "").skip_reason.empty());
  CHECK(plan_case(options(), kProblem, 600, "").skip_reason ==
        "needs 572 MiB of memory; the limit is 477 MiB (--memory-limit)");
  RunOptions roomy = options();
  roomy.memory_limit_bytes = 1'000'000'000'000;
  CHECK(plan_case(roomy, kProblem, 800, "").skip_reason ==
        "needs 1.49 GiB of files; the limit is 1.40 GiB (--file-limit)");
  CHECK(plan_case(roomy, kProblem, 2000, "").skip_reason == "2,000 rows is above the largest size, 1,000");
}
