// SPDX-License-Identifier: Apache-2.0
// Results of another benchmark tool as an article of a page: what they are, and no more.
//
// Medians, quartiles and spread as far as the file tells them; no speed-up, since there is no baseline. Any set gives
// an article: no result, only failures, one value each, figures that are not finite.
#pragma once

#include "perfopt/model/result_set.hpp"
#include "perfopt/report/page.hpp"

namespace perfopt::report {

[[nodiscard]] Article results_article(const model::ResultSet& results, const IdPrefix& prefix);

}  // namespace perfopt::report
