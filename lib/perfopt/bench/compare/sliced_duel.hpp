// SPDX-License-Identifier: Apache-2.0
// A duel of two programs that run in slices: fresh workers for each pair, which take turns every fraction of a
// millisecond.
//
// A pair starts one worker of each side and runs quads of slices, A B B A or B A A B at random, so that a drift over the
// quad cancels. Each slice is primed by a shorter one that does not count: a slice that follows one of its own side finds
// warmer caches and would look faster. What a pair yields is the median over its quads of log(changed / base). Fresh
// workers draw a new address space and new pages, whose effect on memory-bound code is larger than that of the slices;
// how many quads a pair has is chosen from the variance between pairs and that within them, as they come.
//
// Source of the choice: Kalibera, Jones, Rigorous Benchmarking in Reasonable Time, ISMM 2013.
#pragma once

#include <memory>
#include <string>

#include "perfopt/bench/compare/duel.hpp"
#include "perfopt/bench/compare/program.hpp"

namespace perfopt::bench {

struct DuelOptions {
  bool expect_same_output = false;  // labels and counters named checksum...; without any, preparation fails
  std::string metric;               // "wall" to judge that alone; "" to choose
};

// `name`, of benchmarks that both programs have. Both programs must outlive the duel and be sliceable.
[[nodiscard]] std::unique_ptr<Duel> make_sliced_duel(const Program& base, const Program& changed,
                                                     const std::string& base_name, const std::string& name,
                                                     const DuelOptions& options);

}  // namespace perfopt::bench
