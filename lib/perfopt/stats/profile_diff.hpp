// SPDX-License-Identifier: Apache-2.0
// Which functions have another share in one profile than in another, beyond sampling noise.
//
// The difference of a function's shares is judged by the variances of both (share_series.hpp), as normally distributed,
// or as Student's t where the function comes in few bursts. Over all functions that have at least 10 samples in both
// together and 0.1 % of one, Benjamini and Hochberg's step-up (J. R. Stat. Soc. B 57(1), 1995) keeps the rate of false
// alarms at 5 %: two profiles of one program show nothing 95 times of 100. Self times and those total times that differ
// from them are one family. Other noise than that of sampling - the machine, the input - is in no profile and in no
// interval here.
//
// A share also changes when other functions change. `slower` and `faster` need the measure itself to have changed in
// that direction, which presumes that both ran the same work; otherwise a function is `shifted`.
#pragma once

#include <cstddef>

#include "perfopt/model/profile.hpp"
#include "perfopt/model/profile_diff.hpp"

namespace perfopt::stats {

inline constexpr double kDiffFalseAlarms = 0.05;

// The measures may have different names but must count the same unit; throws BadInput where they do not. Origins are
// left empty.
[[nodiscard]] model::ProfileDiff profile_diff(const model::Profile& base, std::size_t base_measure,
                                              const model::Profile& changed, std::size_t changed_measure);

}  // namespace perfopt::stats
