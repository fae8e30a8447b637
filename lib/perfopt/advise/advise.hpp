// SPDX-License-Identifier: Apache-2.0
// What to do first: rules over a Profile, one file each, one line in the table of advise.cpp.
//
// A rule looks for one fault by its evidence and stays silent without it: each is tried on a program with the fault and
// on a twin without (tests/programs/faults/), and one that fires on a twin is a defect.
#pragma once

#include <vector>

#include "perfopt/model/profile.hpp"
#include "perfopt/model/recommendation.hpp"

namespace perfopt::advise {

// By falling impact.
[[nodiscard]] std::vector<model::Recommendation> advise(const model::Profile& profile);

}  // namespace perfopt::advise
