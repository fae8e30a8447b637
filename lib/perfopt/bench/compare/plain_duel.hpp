// SPDX-License-Identifier: Apache-2.0
// A duel of two Google Benchmark programs as they are: whole runs of some milliseconds, in turns.
//
// A pair is four runs, A B B A or B A A B as it is drawn, so that a drift over the pair cancels; each run tells the
// time of one benchmark in its JSON. Slower to decide than slices (sliced_duel.hpp), because each run starts,
// calibrates and writes a file.
#pragma once

#include <memory>
#include <string>

#include "perfopt/bench/compare/duel.hpp"
#include "perfopt/bench/compare/program.hpp"
#include "perfopt/bench/compare/sliced_duel.hpp"

namespace perfopt::bench {

// `name`, of benchmarks that both programs have. Both programs must outlive the duel.
[[nodiscard]] std::unique_ptr<Duel> make_plain_duel(const Program& base, const Program& changed,
                                                    const std::string& base_name, const std::string& name,
                                                    const DuelOptions& options);

}  // namespace perfopt::bench
