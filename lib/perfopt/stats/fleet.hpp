// SPDX-License-Identifier: Apache-2.0
// Runs of several hosts in one document: which host is slow, and in what the hosts differ.
//
// A host's slowdown is the median over the results that at least three hosts have of its time against their median. A
// host is slow when its slowdown is above 1.10 and its modified z-score above 3.5; the spread of the others counts for
// at least 2 %, so that hosts that agree very well do not make a small difference an outlier.
// Source: Iglewicz and Hoaglin, How to Detect and Handle Outliers (1993).
#pragma once

#include <vector>

#include "perfopt/model/suite.hpp"

namespace perfopt::stats {

// The document of rank 0 with `fleet` filled from all. `suites`: by rank, at least one.
[[nodiscard]] model::Suite gather_fleet(std::vector<model::Suite> suites);

}  // namespace perfopt::stats
