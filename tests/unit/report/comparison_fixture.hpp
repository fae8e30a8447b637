// SPDX-License-Identifier: Apache-2.0
// Comparisons to be shown in tests: made of numbers that are given, never measured.
#pragma once

#include <string>
#include <string_view>

#include "perfopt/model/comparison.hpp"

namespace perfopt::report::testing {

// A decided benchmark of 16 pairs. `ratio` is changed / base, `half` half the width of its interval.
[[nodiscard]] model::ComparedBenchmark compared(std::string_view name, model::Change verdict, double base_ns,
                                                double ratio, double half);

// One benchmark of every verdict, a second gate that is slower, a renamed one; slower and missing fail.
[[nodiscard]] model::Comparison every_verdict();
// 40 benchmarks of a pull request: 1 slower, 38 the same, 1 inconclusive.
[[nodiscard]] model::Comparison pull_request();
// Two files of another tool, with session noise and the command that would decide.
[[nodiscard]] model::Comparison two_files();
// Every text of the document is `text`.
[[nodiscard]] model::Comparison hostile_comparison(const std::string& text);

}  // namespace perfopt::report::testing
