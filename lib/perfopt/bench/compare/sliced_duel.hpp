// SPDX-License-Identifier: Apache-2.0
// A duel of two programs that run in slices: fresh workers for each pair, which take turns every fraction of a
// millisecond.
//
// A pair starts one worker of each side and lets them take turns strictly, beginning with a side that is drawn: each
// slice follows one of the other side, so that none finds caches warmed by its own. What a pair yields is the ratio of
// the medians of both sides. Fresh workers draw a new address space and new pages, whose effect is larger than that of
// the slices wherever memory matters; so a pair is short, and measures about as long as it takes to start its workers.
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
