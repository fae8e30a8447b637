// SPDX-License-Identifier: Apache-2.0
// Instructions of one execution, as a second gate beside the time: hardly disturbed by noise, blind to caches and
// waiting.
//
// By the machine's counters, and where it has none by valgrind (callgrind), whose counts of the same program and input
// are equal in every run. A benchmark is run with two numbers of iterations; the difference leaves out everything else
// that its process does. User mode alone.
#pragma once

#include <string>

#include "perfopt/bench/compare/program.hpp"
#include "perfopt/model/comparison.hpp"

namespace perfopt::bench {

// Metric "instructions" of a benchmark of two sliceable programs, judged: slower or faster where the ratio leaves
// 1 / (1 + margin) ... 1 + margin, else same. Without a counter and without valgrind, or when a side fails under it,
// there are no figures and a skipped_reason. Some seconds with valgrind.
[[nodiscard]] model::MetricChange compare_instructions(const Program& base, const Program& changed,
                                                       const std::string& base_name, const std::string& name,
                                                       double margin);

}  // namespace perfopt::bench
