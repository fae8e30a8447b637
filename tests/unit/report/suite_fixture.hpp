// SPDX-License-Identifier: Apache-2.0
// Suites made by hand: raw rounds around chosen speed-ups, judged as the runner's are. Deterministic.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "perfopt/model/suite.hpp"

namespace perfopt::report::testing {

struct Entry {
  std::string name;
  std::string level;
  double speedup = 1;      // of the baseline: ignored
  double limit_share = 0;  // 0: no limit is known
};

// A measured case of 12 rounds with about 2 % of noise. The first entry is the baseline; one run of it takes
// `baseline_ns`.
[[nodiscard]] model::Case measured_case(std::string_view problem, std::string_view unit, std::uint64_t size,
                                        double baseline_ns, const std::vector<Entry>& entries);

// Marks a variant of the case; its rounds are dropped.
void set_failed(model::Case& item, std::string_view variant, std::string_view reason);
void set_skipped(model::Case& item, std::string_view variant, std::string_view reason);

// Seven problems over memory, cpu and io with winners, losers, crossovers, ties, a weaker variant, a failure, skipped
// ones and a doubtful machine.
[[nodiscard]] model::Suite realistic_suite();
// The same on four hosts, the third of which is slow and the fourth has another kernel; with scaling over ranks,
// conditions and notes.
[[nodiscard]] model::Suite fleet_suite();
// One problem at one size, two strategies.
[[nodiscard]] model::Suite small_suite();
// Every text of the document is `text`.
[[nodiscard]] model::Suite hostile_suite(const std::string& text);

}  // namespace perfopt::report::testing
