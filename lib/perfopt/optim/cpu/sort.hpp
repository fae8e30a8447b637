// SPDX-License-Identifier: Apache-2.0
// Sorts numbers in ascending order with the faster of two sorts: std::sort for few, vectorised quicksort for many.
//
// Which is faster from which size on depends on the key and on the machine (the vector units it has), so it is
// measured: once for each key type, at its first sort of more than 8 keys, in about a millisecond.
//
//   meaning  that of std::sort(keys.begin(), keys.end()): in place, equal keys are indistinguishable
//   floats   in IEEE total order, so -0.0 before 0.0 and, unlike in std::sort, NaN is allowed: at the end of its sign
//   threads  sorts on the calling thread; several threads may sort different data at the same time
//   memory   a few KiB for each thread that sorts, freed when it ends
//   errors   std::bad_alloc at the first call of a thread
//   source   Wassenberg, Blacher, Giesen, Sanders: Vectorized and performance-portable Quicksort, 2022 (Highway)
//
//   example:
//   std::vector<std::uint32_t> keys;
//   for (std::uint32_t i = 0; i < 10'000; ++i) keys.push_back(i * 2'654'435'761U);
//   perfopt::optim::sort(std::span(keys));
//   if (!(std::is_sorted(keys.begin(), keys.end()))) throw std::logic_error("not sorted");
//   end
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <vector>

namespace perfopt::optim {

template <class T>
concept SortKey = std::same_as<T, std::uint16_t> || std::same_as<T, std::int16_t> || std::same_as<T, std::uint32_t> ||
                  std::same_as<T, std::int32_t> || std::same_as<T, std::uint64_t> || std::same_as<T, std::int64_t> ||
                  std::same_as<T, float> || std::same_as<T, double>;

template <SortKey T>
void sort(std::span<T> keys);

// Always the vectorised sort, also where it is the slower one.
template <SortKey T>
void vector_sort(std::span<T> keys);

// The number of keys from which on sort() uses vector_sort(); the largest std::size_t if that is never faster here.
template <SortKey T>
[[nodiscard]] std::size_t sort_crossover();

}  // namespace perfopt::optim
