// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "perfopt/core/random.hpp"
#include "perfopt/optim/cpu/sort.hpp"

using namespace perfopt;

namespace {

template <class T>
std::vector<T> random_keys(std::size_t n) {
  Random random(n);
  std::vector<T> keys(n);
  // Wraps around for integers, on purpose; negative numbers come with the signed and the floating-point ones.
  for (T& key : keys) key = static_cast<T>(static_cast<std::int64_t>(random()) >> (random() % 60U));
  return keys;
}

template <class T>
void check_against_std(std::vector<T> keys) {
  std::vector<T> expected = keys;
  std::vector<T> vectors = keys;
  std::sort(expected.begin(), expected.end());
  optim::sort(std::span(keys));
  optim::vector_sort(std::span(vectors));
  CHECK((keys == expected));
  CHECK((vectors == expected));
}

}  // namespace

TEST_CASE_TEMPLATE("sort gives what std::sort gives", T, std::uint16_t, std::int16_t, std::uint32_t, std::int32_t,
                   std::uint64_t, std::int64_t, float, double) {
  for (const std::size_t n : {0U, 1U, 2U, 3U, 8U, 9U, 16U, 31U, 64U, 100U, 1000U, 10'000U}) {
    CAPTURE(n);
    check_against_std(random_keys<T>(n));
    check_against_std(std::vector<T>(n, T{7}));
    auto falling = random_keys<T>(n);
    std::ranges::sort(falling, std::greater{});
    check_against_std(falling);
  }
  using Limits = std::numeric_limits<T>;
  std::vector<T> extremes;
  for (int i = 0; i < 100; ++i) extremes.insert(extremes.end(), {Limits::max(), T{0}, Limits::lowest()});
  check_against_std(extremes);
}

TEST_CASE("infinities and zeros of both signs") {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  std::vector<double> keys;
  for (int i = 0; i < 50; ++i) keys.insert(keys.end(), {kInfinity, 0.0, -0.0, -kInfinity, 1e-310});
  check_against_std(keys);
  check_against_std(std::vector<double>(keys.begin(), keys.begin() + 10));
}

TEST_CASE("not-a-number comes last, or first if it is negative") {
  for (const std::size_t n : {6U, 600U}) {
    std::vector<float> keys(n, 1.0F);
    keys[n / 2] = std::numeric_limits<float>::quiet_NaN();
    keys[n / 3] = -std::numeric_limits<float>::quiet_NaN();
    keys[1] = std::numeric_limits<float>::infinity();
    optim::sort(std::span(keys));
    CHECK(std::isnan(keys.front()));
    CHECK(std::isnan(keys.back()));
    CHECK(std::isinf(keys[n - 2]));
    CHECK(std::all_of(keys.begin() + 1, keys.end() - 2, [](float key) { return key == 1.0F; }));
  }
}

TEST_CASE("sorts only what the span covers") {
  std::vector<std::uint32_t> keys{9, 8, 7, 6, 5};
  optim::sort(std::span(keys).subspan(1, 3));
  CHECK((keys == std::vector<std::uint32_t>{9, 6, 7, 8, 5}));
}

TEST_CASE("the crossover is measured once and leaves few keys to std::sort") {
  const std::size_t crossover = optim::sort_crossover<std::uint32_t>();
  CHECK(crossover > 8);
  CHECK(optim::sort_crossover<std::uint32_t>() == crossover);
}

TEST_CASE("several threads sort at the same time") {
  std::vector<std::vector<std::uint64_t>> all;
  for (std::size_t i = 0; i < 4; ++i) all.push_back(random_keys<std::uint64_t>(50'000 + i));
  {
    std::vector<std::jthread> threads;
    for (auto& keys : all) threads.emplace_back([&keys] { optim::sort(std::span(keys)); });
  }
  for (const auto& keys : all) CHECK(std::ranges::is_sorted(keys));
}
