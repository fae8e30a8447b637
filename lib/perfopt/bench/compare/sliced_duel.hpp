// SPDX-License-Identifier: Apache-2.0
// A duel of two programs that run in slices: fresh workers for each pair, which take turns every fraction of a
// millisecond.
//
// A pair has two halves. Each starts a fresh worker of either side, one after the other, and lets them take turns
// strictly: every slice stands beside one of the other side, and follows one. A half yields the median of log(changed /
// base) over its turns, the pair the mean of its halves. The second half starts the workers in the other order, because
// the worker that is started second is faster wherever memory matters (by a fifth on a virtual machine: it gets pages
// that lie together, the first gets those that were freed just before). Which half comes first is drawn.
//
// Fresh workers draw a new address space and new pages. Where that is what makes pairs differ, pairs are short; where
// the slices scatter more, pairs are long: the number of turns follows from both variances as they are seen.
//
// Source of that choice: Kalibera, Jones, Rigorous Benchmarking in Reasonable Time, ISMM 2013.
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
