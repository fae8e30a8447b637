// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/sample_table.hpp"

#include <doctest/doctest.h>

#include <numeric>

using perfopt::prof::SampleRow;
using perfopt::prof::SampleTable;

namespace {

std::uint64_t sum(const SampleTable& table) {
  return std::accumulate(table.rows().begin(), table.rows().end(), std::uint64_t{0},
                         [](std::uint64_t so_far, const SampleRow& row) { return so_far + row.values[0]; });
}

}  // namespace

TEST_CASE("a long recording keeps its sums in bounded memory") {
  constexpr std::size_t kRoom = 1000;
  SampleTable table(kRoom);
  constexpr std::uint64_t kSamples = 100'000;
  for (std::uint64_t i = 0; i < kSamples; ++i) {
    table.add({.time_ns = i * 1'000'000, .stack = static_cast<std::uint32_t>(i % 5), .values = {i, 0, 0, 0}});
  }
  CHECK(table.rows().size() < kRoom);
  CHECK(table.resolution_ns() > 1'000'000);
  CHECK(sum(table) == kSamples * (kSamples - 1) / 2);
}

TEST_CASE("more places than room are kept apart all the same") {
  SampleTable table(16);
  for (std::uint32_t i = 0; i < 100; ++i) table.add({.time_ns = i, .stack = i, .values = {1, 0, 0, 0}});
  CHECK(table.rows().size() == 100);
  CHECK(sum(table) == 100);
}

TEST_CASE("few rows are kept as they came") {
  SampleTable table;
  table.add({.time_ns = 17, .values = {1, 0, 0, 0}});
  CHECK(table.rows()[0].time_ns == 17);
  CHECK(table.resolution_ns() == 1);
}
