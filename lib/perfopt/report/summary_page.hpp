// SPDX-License-Identifier: Apache-2.0
// One screen for those who decide, in plain words: what is gained, what it costs, what to do next, how it develops.
//
// Everything is taken from the documents; nothing is judged here. A task gains where its best strategy surely beats the
// baseline with a result that means the same (model::Best). Figures that are not finite are left out.
#pragma once

#include <string>
#include <vector>

#include "perfopt/model/comparison.hpp"
#include "perfopt/model/history.hpp"
#include "perfopt/model/profile.hpp"
#include "perfopt/model/suite.hpp"
#include "perfopt/report/page.hpp"

namespace perfopt::report {

// What there is; each may be empty. Refers to what must outlive it.
struct SummaryInput {
  std::vector<const model::Suite*> suites;
  std::vector<const model::Profile*> profiles;
  std::vector<const model::Comparison*> comparisons;
  std::vector<const model::History*> histories;
};

[[nodiscard]] Article summary_article(const SummaryInput& input);

}  // namespace perfopt::report
