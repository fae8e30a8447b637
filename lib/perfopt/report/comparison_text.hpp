// SPDX-License-Identifier: Apache-2.0
// A comparison as text: for a terminal, a pull request, a spreadsheet, and for what CI systems read.
#pragma once

#include <cstdint>
#include <string>

#include "perfopt/model/comparison.hpp"

namespace perfopt::report {

enum class ComparisonFormat : std::uint8_t {
  console,
  markdown,  // for a pull request: the answer, what is significant, the rest folded
  csv,
  junit,   // XML: one test case a benchmark; slower is a failure
  github,  // workflow commands: ::error, ::warning, ::notice
  sarif,   // 2.1.0: one result a benchmark that is slower
};

struct ComparisonTextOptions {
  ComparisonFormat format = ComparisonFormat::console;
  bool color = false;
  unsigned width = 100;
  bool verbose = false;
};

[[nodiscard]] std::string comparison_text(const model::Comparison& comparison, const ComparisonTextOptions& options);

// "parse: slower by 2.1 % (1.8 to 2.4 %)", for the log of a run.
[[nodiscard]] std::string benchmark_line(const model::ComparedBenchmark& benchmark, std::size_t done, std::size_t total,
                                         const ComparisonTextOptions& options);

// "7 slower, 4 faster, 29 the same within 2 %".
[[nodiscard]] std::string verdict_line(const model::Comparison& comparison);

}  // namespace perfopt::report
