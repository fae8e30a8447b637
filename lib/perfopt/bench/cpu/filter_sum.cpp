// SPDX-License-Identifier: Apache-2.0
// Sum of the amounts of all sales to buyers below an age: a filter that no branch predictor can guess, and a sum.
//
// The naive loop reads records of 32 bytes for the 5 that it needs, and mispredicts about every other branch. As
// two columns the data is six times smaller; with vectors a comparison gives a mask, and there is no branch to guess.
//
//   size    sales [elements]; footprint 32 bytes each as records, 5 as columns
//   check   the sum, exact in 64 bits, against one over the regenerated input
//   errors  std::bad_alloc if it does not fit
//   source  Ross, Conjunctive selection conditions in main memory, PODS 2002
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "perfopt/bench/cpu/filter_sum.cpp"
#include <hwy/foreach_target.h>  // before highway.h: compiles this file once for each target
//
#include <hwy/highway.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "perfopt/bench/integrity.hpp"
#include "perfopt/bench/workload.hpp"
#include "perfopt/core/random.hpp"

HWY_BEFORE_NAMESPACE();
namespace perfopt::bench {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

// Amounts of up to 32 bits are added in 64-bit lanes, the even and the odd ones apart: no sum can overflow.
std::uint64_t filtered_sum(const std::uint8_t* HWY_RESTRICT ages, const std::uint32_t* HWY_RESTRICT amounts,
                           std::size_t n, std::uint32_t limit) {
  std::uint64_t sum = 0;
  std::size_t i = 0;
#if HWY_TARGET != HWY_SCALAR  // has no pairs of lanes to view as wider ones
  const hn::ScalableTag<std::uint32_t> d32;
  const hn::Rebind<std::uint8_t, decltype(d32)> d8;
  const hn::ScalableTag<std::uint64_t> d64;
  const std::size_t lanes = hn::Lanes(d32);
  const auto limits = hn::Set(d32, limit);
  const auto low_half = hn::Set(d64, 0xFFFFFFFFU);
  auto even = hn::Zero(d64);
  auto odd = hn::Zero(d64);
  for (; i + lanes <= n; i += lanes) {
    const auto below = hn::Lt(hn::PromoteTo(d32, hn::LoadU(d8, ages + i)), limits);
    const auto kept = hn::BitCast(d64, hn::IfThenElseZero(below, hn::LoadU(d32, amounts + i)));
    even = hn::Add(even, hn::And(kept, low_half));
    odd = hn::Add(odd, hn::ShiftRight<32>(kept));
  }
  sum = hn::GetLane(hn::SumOfLanes(d64, hn::Add(even, odd)));
#endif
  for (; i < n; ++i) sum += ages[i] < limit ? amounts[i] : 0;
  return sum;
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace perfopt::bench
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace perfopt::bench {
namespace {

HWY_EXPORT(filtered_sum);

constexpr std::size_t kPayload = sizeof(std::uint8_t) + sizeof(std::uint32_t);
constexpr std::uint32_t kAges = 80;
constexpr std::uint32_t kLimit = 40;  // half of the ages lie below

struct Sale {
  std::uint64_t id;
  std::uint64_t customer;
  std::uint64_t time_ns;
  std::uint32_t amount;
  std::uint8_t age;
};

// The input as it comes: amounts of any 32 bits.
class Sales {
 public:
  explicit Sales(std::uint64_t seed) : random_(seed) {}
  Sale next() {
    const std::uint64_t bits = random_();
    const std::uint64_t id = count_++;
    return {id, bits >> 44U, id * 1000, static_cast<std::uint32_t>(bits),
            static_cast<std::uint8_t>(((bits >> 32U) * kAges) >> 32U)};
  }

 private:
  Random random_;
  std::uint64_t count_ = 0;
};

class FilterSum : public Workload {
 public:
  explicit FilterSum(const Setup& setup) : size_(setup.size), seed_(setup.seed) {}

  void poison() final { sum_ = {0xDEADDEADDEADDEADU}; }
  Output output() final { return exact(Element::u64, std::span<const std::uint64_t>(sum_)); }
  void check(const Output& result) const final {
    Sales sales(seed_);
    std::array<std::uint64_t, 1> expected{};
    for (std::size_t i = 0; i < size_; ++i) {
      const Sale sale = sales.next();
      expected[0] += std::uint64_t{sale.age < kLimit} * sale.amount;
    }
    require_equal(exact(Element::u64, std::span<const std::uint64_t>(expected)), result);
  }

 protected:
  Work work_reading(std::size_t bytes_each) const {
    const auto n = static_cast<double>(size_);
    const std::size_t bytes = size_ * bytes_each;
    return {n,
            n * kPayload,
            {.limit = Limit::read_bandwidth, .units = static_cast<double>(bytes), .working_set_bytes = bytes}};
  }

  const std::size_t size_;
  const std::uint64_t seed_;
  std::array<std::uint64_t, 1> sum_{};
};

struct Records final : FilterSum {
  explicit Records(const Setup& setup) : FilterSum(setup) {
    Sales input(seed_);
    sales.reserve(size_);
    for (std::size_t i = 0; i < size_; ++i) sales.push_back(input.next());
  }
  // Two records share a cache line, so all lines are read.
  Work work() const override { return work_reading(sizeof(Sale)); }
  void run() override {
    std::uint64_t sum = 0;
    for (const Sale& sale : sales) {
      if (sale.age < kLimit) sum += sale.amount;
    }
    sum_[0] = sum;
  }
  std::vector<Sale> sales;
};

class Columns : public FilterSum {
 public:
  explicit Columns(const Setup& setup) : FilterSum(setup), ages_(size_), amounts_(size_) {
    Sales input(seed_);
    for (std::size_t i = 0; i < size_; ++i) {
      const Sale sale = input.next();
      ages_[i] = sale.age;
      amounts_[i] = sale.amount;
    }
  }
  Work work() const final { return work_reading(kPayload); }

 protected:
  std::vector<std::uint8_t> ages_;
  std::vector<std::uint32_t> amounts_;
};

struct Scalar final : Columns {
  using Columns::Columns;
  void run() override {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < ages_.size(); ++i) {
      if (ages_[i] < kLimit) sum += amounts_[i];
    }
    sum_[0] = sum;
  }
};

struct Vectors final : Columns {
  using Columns::Columns;
  void run() override {
    sum_[0] = HWY_DYNAMIC_DISPATCH(filtered_sum)(ages_.data(), amounts_.data(), ages_.size(), kLimit);
  }
};

constexpr Size kSizes[] = {{1'000, SizeClass::small},
                           {10'000, SizeClass::small},
                           {100'000, SizeClass::medium},
                           {1'000'000, SizeClass::large},
                           {4'000'000, SizeClass::large}};
constexpr Strategy kStrategies[] = {
    {"records", Level::baseline, "a loop with an if over an array of structs", "", "", make<Records>},
    {"columns", Level::conservative, "the same loop over two arrays, a field each", "",
     "the layout of the data changes", make<Scalar>},
    {"simd", Level::conservative, "two arrays, compared and added in vectors without a branch",
     "Highway (any CPU: the best vector unit is chosen at run time)", "the layout of the data changes", make<Vectors>},
};

}  // namespace

const Problem& cpu_filter_sum() {
  static constexpr Problem kProblem{
      .category = "cpu",
      .name = "filter_sum",
      .title = "Sum the amounts of the records that pass an unpredictable filter",
      .unit = "elements",
      .bytes_per_unit = kPayload,
      .squared = false,
      .max_size = 1'000'000'000,
      .sizes = kSizes,
      .strategies = kStrategies,
      .memory_bytes = [](std::size_t n) { return static_cast<double>(n) * sizeof(Sale); },
      .file_bytes = [](std::size_t) { return 0.0; },
  };
  return kProblem;
}

}  // namespace perfopt::bench
#endif  // HWY_ONCE
