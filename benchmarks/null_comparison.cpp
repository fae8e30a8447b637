// SPDX-License-Identifier: Apache-2.0
// How often perfbench tells two strategies apart that are the same: the whole way of a case, with a sum against itself.
//
//   bench_null_comparison [cases] [rounds]
//
// A 95 % interval excludes 1 in 5 % of such cases if its assumptions hold on this machine. Prints how often it did, and
// the largest speed-up that was claimed so. Goal: at most 7 % of 500 cases.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <numeric>
#include <span>
#include <vector>

#include "perfopt/bench/case_runner.hpp"
#include "perfopt/bench/integrity.hpp"
#include "perfopt/bench/services.hpp"
#include "perfopt/core/random.hpp"
#include "perfopt/core/temp_dir.hpp"

namespace {

using namespace perfopt::bench;
namespace model = perfopt::model;

constexpr std::size_t kElements = 2000;

class Sum : public Workload {
 public:
  explicit Sum(const Setup& setup) : values_(setup.size) {
    perfopt::Random random(setup.seed);
    for (auto& value : values_) value = random();
  }
  [[nodiscard]] Work work() const override { return {.items = static_cast<double>(values_.size()), .bound = {}}; }
  void poison() override { sum_ = ~std::uint64_t{0}; }
  void run() override { sum_ = std::accumulate(values_.begin(), values_.end(), std::uint64_t{0}); }
  [[nodiscard]] Output output() override { return exact(Element::u64, std::span<const std::uint64_t>(&sum_, 1)); }
  void check(const Output& result) const override {
    const std::uint64_t expected = std::accumulate(values_.begin(), values_.end(), std::uint64_t{0});
    require_equal(exact(Element::u64, std::span<const std::uint64_t>(&expected, 1)), result);
  }

 private:
  std::vector<std::uint64_t> values_;
  std::uint64_t sum_ = 0;
};
struct First final : Sum {
  using Sum::Sum;
};
struct Second final : Sum {
  using Sum::Sum;
};

double memory_bytes(std::size_t n) {
  return static_cast<double>(n) * 8;
}

constexpr Size kSizes[] = {{kElements, SizeClass::small}};
constexpr Strategy kStrategies[] = {
    {"first", Level::baseline, "std::accumulate", "", "", make<First>},
    {"second", Level::conservative, "the same", "", "", make<Second>},
};
constexpr Problem kProblem{"test", "null",      "A sum against itself", "elements", 8, false, kElements,
                           kSizes, kStrategies, memory_bytes,           nullptr};

model::Summary compare(std::uint64_t seed, unsigned rounds) {
  RunOptions options;
  options.repetitions = rounds;
  options.seed = seed;
  options = resolve(options);
  const perfopt::TempDir scratch("perfopt-null");
  LimitProbe limits(scratch.path());
  const perfopt::Cancellation cancellation;
  const PlannedCase planned = plan_case(options, kProblem, kElements, "small");
  Services services({scratch.path()});
  return CaseRunner(planned, options, scratch.path(), limits, services, cancellation)
      .run({1, 10})
      ->variants.at(1)
      .summary;
}

}  // namespace

int main(int argc, char** argv) {
  const int cases = std::max(1, argc > 1 ? std::atoi(argv[1]) : 500);
  const auto rounds = static_cast<unsigned>(std::max(6, argc > 2 ? std::atoi(argv[2]) : 10));
  int told_apart = 0;
  double largest = 1;
  for (int i = 0; i < cases; ++i) {
    const model::Summary summary = compare(static_cast<std::uint64_t>(i), rounds);
    if (summary.verdict != model::Verdict::wins && summary.verdict != model::Verdict::loses) continue;
    ++told_apart;
    largest = std::max(largest, std::exp(std::abs(std::log(summary.speedup->estimate))));
  }
  std::cout << told_apart << " of " << cases << " told apart (" << 100.0 * told_apart / cases
            << " %), by a factor of at most " << largest << "\n";
  return 0;
}
