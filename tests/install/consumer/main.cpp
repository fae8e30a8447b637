// SPDX-License-Identifier: Apache-2.0
// Uses of the installed library: templates of a header, functions of the archives, and a dependency behind them.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <span>
#include <vector>

#include "perfopt/core/build_facts.hpp"
#include "perfopt/optim/cpu/sort.hpp"
#include "perfopt/optim/timing/measure.hpp"

int main() {
  std::vector<std::uint32_t> keys;
  for (std::uint32_t i = 0; i < 100'000; ++i) keys.push_back(i * 2'654'435'761U);
  {
    const auto scope = perfopt::optim::measure("sort");
    perfopt::optim::sort(std::span(keys));
  }
  const bool sorted = std::is_sorted(keys.begin(), keys.end());
  const auto rows = perfopt::optim::timing_report();
  std::printf("consumer of perfopt %s: %s\n", perfopt::build_facts().version.data(), sorted ? "sorted" : "NOT SORTED");
  return sorted && rows.size() == 1 && rows[0].count == 1 ? 0 : 1;
}
