// SPDX-License-Identifier: Apache-2.0
#include "perfopt/optim/cpu/sort.hpp"

#include <array>
#include <bit>
#include <chrono>
#include <cstring>
#include <limits>
#include <type_traits>

#include "hwy/contrib/sort/vqsort.h"
#include "perfopt/core/random.hpp"

namespace perfopt::optim {
namespace {

// No machine that we know of sorts as few faster with vectors, and asking costs more than sorting them.
constexpr std::size_t kAlwaysScalar = 8;
constexpr std::array<std::size_t, 6> kLadder{16, 32, 64, 128, 512, 4096};

template <class T>
void scalar_sort(std::span<T> keys) {
  std::sort(keys.begin(), keys.end());
}

template <class T>
using Bits = std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>;

// Signed integers in the order of the floating-point numbers whose bits they are; its own inverse. Floating-point keys
// are sorted so because vqsort 1.0.3 turns infinities into the largest finite number; NaN gets a place besides.
template <class T>
Bits<T> flip_negative(Bits<T> bits) {
  return bits ^ static_cast<Bits<T>>((bits < 0 ? -1 : 0) & std::numeric_limits<Bits<T>>::max());
}

template <std::floating_point T>
std::span<Bits<T>> to_ordered_bits(std::span<T> keys) {
  for (T& key : keys) {
    const auto bits = flip_negative<T>(std::bit_cast<Bits<T>>(key));
    std::memcpy(&key, &bits, sizeof bits);
  }
  return {reinterpret_cast<Bits<T>*>(keys.data()), keys.size()};
}

template <std::floating_point T>
void from_ordered_bits(std::span<T> keys) {
  for (T& key : keys) {
    Bits<T> bits{};
    std::memcpy(&bits, &key, sizeof bits);
    key = std::bit_cast<T>(flip_negative<T>(bits));
  }
}

// Time of sorting `rows` fresh rows: the same row again would train the branch predictor.
template <class T>
double time_of(void (*sorter)(std::span<T>), std::size_t n, std::size_t rows, std::uint64_t seed) {
  Random random(seed);
  std::vector<T> keys(n * rows);
  for (T& key : keys) key = static_cast<T>(random() >> 40U);
  const auto started = std::chrono::steady_clock::now();
  for (std::size_t row = 0; row < rows; ++row) sorter(std::span(keys).subspan(row * n, n));
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
}

template <class T>
bool vectors_win(std::size_t n) {
  constexpr int kRounds = 5;
  constexpr std::size_t kKeys = 2048;
  const std::size_t rows = std::max<std::size_t>(1, kKeys / n);
  int wins = 0;
  for (std::uint64_t round = 0; round < kRounds; ++round) {
    wins += time_of<T>(vector_sort<T>, n, rows, round) < time_of<T>(scalar_sort<T>, n, rows, round) ? 1 : 0;
  }
  return 2 * wins > kRounds;
}

template <class T>
std::size_t measure_crossover() {
  time_of<T>(vector_sort<T>, kLadder.back(), 1, 0);  // warm up: first touch of code and vector units
  const auto* at = std::ranges::find_if(kLadder, vectors_win<T>);
  return at == kLadder.end() ? std::numeric_limits<std::size_t>::max() : *at;
}

}  // namespace

template <SortKey T>
void vector_sort(std::span<T> keys) {
  if constexpr (std::floating_point<T>) {
    vector_sort(to_ordered_bits(keys));
    from_ordered_bits(keys);
  } else {
    static thread_local const hwy::Sorter sorter;
    sorter(keys.data(), keys.size(), hwy::SortAscending());
  }
}

template <SortKey T>
std::size_t sort_crossover() {
  if constexpr (std::floating_point<T>) {
    return sort_crossover<Bits<T>>();
  } else {
    static const std::size_t kCrossover = measure_crossover<T>();
    return kCrossover;
  }
}

template <SortKey T>
void sort(std::span<T> keys) {
  if constexpr (std::floating_point<T>) {
    sort(to_ordered_bits(keys));
    from_ordered_bits(keys);
  } else if (keys.size() <= kAlwaysScalar || keys.size() < sort_crossover<T>()) {
    scalar_sort(keys);
  } else {
    vector_sort(keys);
  }
}

#define PERFOPT_SORT_KEY(T)                   \
  template void sort<T>(std::span<T>);        \
  template void vector_sort<T>(std::span<T>); \
  template std::size_t sort_crossover<T>();
PERFOPT_SORT_KEY(std::uint16_t)
PERFOPT_SORT_KEY(std::int16_t)
PERFOPT_SORT_KEY(std::uint32_t)
PERFOPT_SORT_KEY(std::int32_t)
PERFOPT_SORT_KEY(std::uint64_t)
PERFOPT_SORT_KEY(std::int64_t)
PERFOPT_SORT_KEY(float)
PERFOPT_SORT_KEY(double)
#undef PERFOPT_SORT_KEY

}  // namespace perfopt::optim
