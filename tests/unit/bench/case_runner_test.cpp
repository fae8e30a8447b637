// SPDX-License-Identifier: Apache-2.0
// The runner on problems made for it, with known answers and planted faults.
#include "perfopt/bench/case_runner.hpp"

#include <cerrno>
#include <chrono>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "perfopt/bench/integrity.hpp"
#include "perfopt/core/temp_dir.hpp"

using namespace perfopt;
using namespace perfopt::bench;
using model::Status;

namespace {

// Sums `size` fresh numbers; the strategies differ in how often they do it.
class Sum : public Workload {
 public:
  explicit Sum(const Setup& setup) : values_(setup.size) {
    Random random(setup.seed);
    for (auto& value : values_) value = random();
  }
  Work work() const override {
    const double bytes = static_cast<double>(values_.size()) * 8;
    return {static_cast<double>(values_.size()), bytes, {Limit::read_bandwidth, bytes, values_.size() * 8}};
  }
  void poison() override { result_ = ~result_ + 1234567; }
  Output output() override { return exact(Element::u64, std::span<const std::uint64_t>(&result_, 1)); }
  void check(const Output& result) const override {
    const std::uint64_t expected = std::accumulate(values_.begin(), values_.end(), std::uint64_t{0});
    require_equal(exact(Element::u64, std::span<const std::uint64_t>(&expected, 1)), result);
  }

 protected:
  void add_all(int times) {
    for (int i = 0; i < times; ++i) {
      result_ = std::accumulate(values_.begin(), values_.end(), std::uint64_t{0});
      asm volatile("" : "+m"(result_));
    }
  }
  std::vector<std::uint64_t> values_;
  std::uint64_t result_ = 0;
};

struct Naive final : Sum {
  using Sum::Sum;
  void run() override { add_all(8); }
};
struct Once final : Sum {
  using Sum::Sum;
  void run() override { add_all(1); }
};
struct Sometimes final : Sum {  // right in the warm-up, wrong afterwards for every third input
  using Sum::Sum;
  void run() override {
    add_all(1);
    static int calls = 0;
    if (++calls % 3 == 0) result_ ^= 1;
  }
};
struct Missing final : Sum {
  using Sum::Sum;
  explicit Missing(const Setup& setup) : Sum(setup) { throw Unavailable("no such device"); }
  void run() override {}
};
struct Full final : Sum {
  using Sum::Sum;
  void run() override { throw SystemError(ENOSPC, "write /x"); }
};
struct Broken final : Sum {
  using Sum::Sum;
  void run() override { throw SystemError(EIO, "read /x"); }
};
struct Greedy final : Sum {
  using Sum::Sum;
  void run() override { throw std::bad_alloc(); }
};
// Right by an oracle that did the work beforehand: too fast to be true.
struct Oracle final : Sum {
  explicit Oracle(const Setup& setup) : Sum(setup) {
    add_all(1);
    known_ = result_;
  }
  void run() override { result_ = known_; }
  std::uint64_t known_ = 0;
};

constexpr Size kSizes[] = {{20'000, SizeClass::small}};
double memory_bytes(std::size_t n) {
  return static_cast<double>(n) * 8;
}

struct Measured {
  std::optional<model::Case> result;
  const model::Variant& operator[](std::size_t i) const { return result->variants.at(i); }
};

Measured measure(const std::vector<Strategy>& strategies, Fault fault = Fault::none, bool cancelled = false) {
  const Problem problem{"test",    "sum",  "Sum",      "elements",   8,      false,
                        1'000'000, kSizes, strategies, memory_bytes, nullptr};
  RunOptions options;
  options.fault = fault;
  options.repetitions = 8;
  options = resolve(options);
  const TempDir scratch("perfopt-test");
  LimitProbe limits(scratch.path());
  Cancellation cancellation;
  if (cancelled) cancellation.request();
  const PlannedCase planned = plan_case(options, problem, 20'000, "small");
  Services services({scratch.path()});
  CaseRunner runner(planned, options, scratch.path(), limits, services, cancellation);
  return {runner.run({1, 10})};
}

Strategy strategy(const char* name, Level level, Make make) {
  return {name, level, "does", "", "", make};
}
const Strategy kNaive = strategy("naive", Level::baseline, make<Naive>);

}  // namespace

TEST_SUITE("timing") {
  TEST_CASE("a strategy that does an eighth of the work is found about eight times as fast") {
    const Measured measured = measure({kNaive, strategy("once", Level::conservative, make<Once>)});
    const model::Variant& once = measured[1];
    REQUIRE(once.status == Status::ok);
    CHECK(once.summary.verdict == model::Verdict::wins);
    CHECK(once.summary.speedup->estimate > 3);  // no upper bound: on a busy machine long runs are preempted more
    CHECK(measured.result->best.variant == "once");
    CHECK(*once.summary.limit_share > 0.01);
  }
}

TEST_CASE("every round is kept, with the speed-up and the limit that come of them") {
  const Measured measured = measure({kNaive, strategy("once", Level::conservative, make<Once>)});
  const model::Variant& once = measured[1];
  REQUIRE(once.status == Status::ok);
  CHECK(once.summary.speedup);
  CHECK(once.rounds.wall_ns.size() == 8);
  CHECK(once.rounds.cpu_ns.size() == 8);
  CHECK(once.rounds.page_faults.size() == 8);
  CHECK(once.limit->limit == "read_bandwidth");
  CHECK(once.summary.limit_share);
  CHECK(once.output_digest.size() == 16);
  CHECK(once.output_digest == measured[0].output_digest);
  const Measured again = measure({kNaive, strategy("once", Level::conservative, make<Once>)});
  CHECK(again[1].output_digest == once.output_digest);
}

TEST_CASE("each strategy runs once a round, and an order is followed by its reverse") {
  const Measured measured =
      measure({kNaive, strategy("a", Level::conservative, make<Once>), strategy("b", Level::conservative, make<Once>)});
  for (std::size_t round = 0; round + 1 < 8; round += 2) {
    for (std::size_t lane = 0; lane < 3; ++lane) {
      CHECK(measured[lane].rounds.position[round] == 2 - measured[lane].rounds.position[round + 1]);
    }
  }
}

TEST_CASE("a wrong result of a single round is refused with the place, and has no speed-up") {
  const Measured measured = measure({kNaive, strategy("sometimes", Level::conservative, make<Sometimes>)});
  CHECK(measured[1].status == Status::failed);
  CHECK(measured[1].reason.starts_with("wrong result: "));
  CHECK_FALSE(measured[1].summary.speedup);
  CHECK(measured[1].rounds.wall_ns.empty());
  CHECK(measured.result->best.variant == "naive");
}

TEST_CASE("what this machine lacks or runs short of is skipped with the reason; an error is a failure") {
  const Measured measured = measure(
      {kNaive, strategy("missing", Level::balanced, make<Missing>), strategy("full", Level::balanced, make<Full>),
       strategy("greedy", Level::balanced, make<Greedy>), strategy("broken", Level::balanced, make<Broken>)});
  CHECK(measured[1].status == Status::skipped);
  CHECK(measured[1].reason == "no such device");
  CHECK(measured[2].status == Status::skipped);
  CHECK(measured[2].reason == "write /x: No space left on device");
  CHECK(measured[3].status == Status::skipped);
  CHECK(measured[3].reason.find("--memory-limit") != std::string::npos);
  CHECK(measured[4].status == Status::failed);
  CHECK(measured[4].reason == "read /x: Input/output error");
}

TEST_CASE("a baseline that fails leaves nothing to compare with") {
  const Measured measured =
      measure({strategy("naive", Level::baseline, make<Broken>), strategy("once", Level::conservative, make<Once>)});
  CHECK(measured.result->status == Status::failed);
  CHECK(measured[1].status == Status::failed);
  CHECK(measured[1].reason == "its baseline naive could not be verified");
}

TEST_CASE("a result faster than the memory allows is refused as impossible") {
  const Measured measured = measure({kNaive, strategy("oracle", Level::conservative, make<Oracle>)});
  CHECK(measured[1].status == Status::failed);
  CHECK(measured[1].reason.starts_with("impossible: took "));
  CHECK_FALSE(measured[1].summary.speedup);
}

TEST_CASE("each injected fault is refused") {
  for (const Fault fault : {Fault::wrong_result, Fault::stale_buffer, Fault::null_kernel, Fault::error_return}) {
    CAPTURE(static_cast<int>(fault));
    const Measured measured = measure({kNaive, strategy("once", Level::conservative, make<Once>)}, fault);
    CHECK(measured[0].status == Status::ok);
    CHECK(measured[1].status == Status::failed);
    CHECK_FALSE(measured[1].summary.speedup);
  }
}

TEST_CASE("a cancelled case has no result") {
  CHECK_FALSE(measure({kNaive}, Fault::none, true).result);
}
