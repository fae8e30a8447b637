// SPDX-License-Identifier: Apache-2.0
// The whole runner on the real catalogue, at the smallest size of each problem.
#include "perfopt/bench/runner.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "perfopt/bench/catalogue.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/temp_dir.hpp"

using namespace perfopt;
using namespace perfopt::bench;
using model::Status;

namespace {

// Asks to stop after a number of cases, as Ctrl-C would.
class StopAfter final : public Observer {
 public:
  StopAfter(std::size_t cases, Cancellation& cancellation) : left_(cases), cancellation_(cancellation) {}
  void finished(const model::Case&, const model::Suite& suite) override {
    CHECK_FALSE(suite.complete);
    if (--left_ == 0) cancellation_.request();
  }

 private:
  std::size_t left_;
  Cancellation& cancellation_;
};

RunOptions quick(const TempDir& scratch) {
  RunOptions options;
  options.repetitions = 6;
  options.refine = false;
  options.min_time_s = 1e-5;
  options.scratch = scratch.path();
  return options;
}

model::Suite run_quietly(const RunOptions& options) {
  Observer observer;
  const Cancellation cancellation;
  return run(options, observer, cancellation);
}

}  // namespace

TEST_CASE("every strategy of the catalogue is verified in every round and leaves no files") {
  const TempDir scratch("perfopt-runner");
  for (const std::string_view category : kCategories) {
    RunOptions options = quick(scratch);
    options.categories = {std::string(category)};
    options.sizes.classes = {SizeClass::small};
    const model::Suite suite = run_quietly(options);
    CHECK(suite.complete);
    for (const model::Case& one : suite.cases) {
      for (const model::Variant& variant : one.variants) {
        const std::string name = one.category + "/" + one.problem + "/" + variant.name;
        CAPTURE(name);
        CAPTURE(variant.reason);
        CHECK(variant.status != Status::failed);
        if (variant.status == Status::skipped) {
          MESSAGE("skipped: " << name << ": " << variant.reason);
        } else {
          CHECK(variant.rounds.wall_ns.size() == 6);
          CHECK(variant.summary.wall_ns > 0);
        }
      }
    }
    CHECK(std::filesystem::is_empty(scratch.path()));
  }
}

TEST_CASE("a wrong result, a stale buffer, a null kernel and an error are refused in every strategy") {
  const TempDir scratch("perfopt-runner");
  for (const Fault fault : {Fault::wrong_result, Fault::stale_buffer, Fault::null_kernel, Fault::error_return}) {
    for (const std::string_view category : kCategories) {
      RunOptions options = quick(scratch);
      options.fault = fault;
      options.repetitions = 2;
      options.categories = {std::string(category)};
      options.sizes.classes = {SizeClass::small};
      const model::Suite suite = run_quietly(options);
      for (const model::Case& one : suite.cases) {
        for (const model::Variant& variant : one.variants) {
          CAPTURE(one.category + "/" + one.problem + "/" + variant.name);
          CAPTURE(static_cast<int>(fault));
          if (variant.level == "baseline" || variant.status == Status::skipped) continue;
          CHECK(variant.status == Status::failed);
          CHECK_FALSE(variant.summary.speedup);
          CHECK(one.best.variant != variant.name);
        }
      }
      CHECK(has_failures(suite));
    }
  }
}

TEST_CASE("an interrupted run keeps what is done, says what is missing, and goes on") {
  const TempDir scratch("perfopt-runner");
  RunOptions options = quick(scratch);
  options.filter = "memory/transpose/";
  options.sizes.counts = {64, 128, 256};
  Cancellation cancellation;
  StopAfter stop(1, cancellation);
  model::Suite part = run(options, stop, cancellation);
  CHECK_FALSE(part.complete);
  CHECK(part.cases.size() == 1);
  REQUIRE(part.missing.size() >= 1);
  CHECK(part.missing[0].starts_with("memory/transpose at "));

  Observer observer;
  const Cancellation never;
  RunOptions other = options;
  other.seed = 2;
  CHECK_THROWS_WITH_AS((void)run(other, observer, never, part),
                       "--resume: the interrupted run had another --seed; start anew without --resume", BadInput);
  const auto first_rounds = part.cases[0].variants[0].rounds.wall_ns;
  const std::size_t all = part.cases.size() + part.missing.size();
  const model::Suite whole = run(options, observer, never, std::move(part));
  CHECK(whole.complete);
  CHECK(whole.missing.empty());
  CHECK(whole.cases.size() == all);
  CHECK(whole.cases[0].variants[0].rounds.wall_ns == first_rounds);
}

TEST_CASE("a run out of time says so for each case that it leaves out") {
  const TempDir scratch("perfopt-runner");
  RunOptions options = quick(scratch);
  options.repetitions = 0;
  options.max_time_s = 1e-9;
  options.filter = "memory/transpose/";
  const model::Suite suite = run_quietly(options);
  REQUIRE_FALSE(suite.cases.empty());
  for (const model::Case& one : suite.cases) {
    CHECK(one.status == Status::skipped);
    CHECK(one.reason.find("--max-time") != std::string::npos);
  }
}

TEST_CASE("a category that this build has not is named so") {
  CHECK(missing_reason("memory").empty());
  CHECK(missing_reason("quantum") == "not in this build");
}

TEST_CASE("the limits are kept: memory and files") {
  const TempDir scratch("perfopt-runner");
  RunOptions options = quick(scratch);
  options.filter = "memory/transpose/";
  options.memory_limit_bytes = 1 << 20U;
  for (const model::Case& one : run_quietly(options).cases) {
    if (one.status == Status::skipped) {
      CHECK(one.reason.find("--memory-limit") != std::string::npos);
    } else {
      CHECK(*one.variants[0].resources.rss_growth_bytes <= 2U << 20U);
    }
  }
}

TEST_CASE("what was left out for time is measured when the run is resumed with more") {
  const TempDir scratch("perfopt-runner");
  RunOptions options = quick(scratch);
  options.repetitions = 0;
  options.max_time_s = 1e-9;
  options.filter = "memory/transpose/";
  model::Suite late = run_quietly(options);
  REQUIRE(late.cases.at(0).out_of_time);
  options.max_time_s = 30;
  options.sizes.counts = {64};
  Observer observer;
  const Cancellation never;
  const model::Suite whole = run(options, observer, never, std::move(late));
  REQUIRE(whole.cases.size() == 1);
  CHECK(whole.cases[0].status == Status::ok);
}
