// SPDX-License-Identifier: Apache-2.0
// A Suite as one self-contained HTML page: what pays off, how sure that is, and everything behind it.
//
// No request, no file beside it; a strict Content-Security-Policy. Readable in light and dark, on a phone,
// on paper and by screen readers: every chart stands beside a table with its figures. Any document gives a page: no
// cases, one, only failures, an interrupted run. Text of the document cannot become markup (escape.hpp); figures that
// are not finite are shown as "-". Equal documents give equal bytes. Throws nothing but std::bad_alloc.
#pragma once

#include <string>
#include <vector>

#include "perfopt/model/suite.hpp"
#include "perfopt/report/page.hpp"
#include "perfopt/report/profile_link.hpp"

namespace perfopt::report {

// A strategy links to the one of `profiles`, all in the same page, that shows it (profile_link.hpp).
[[nodiscard]] Article benchmark_article(const model::Suite& suite, const IdPrefix& prefix,
                                        const std::vector<ProfileLink>& profiles = {});
[[nodiscard]] std::string benchmark_page(const model::Suite& suite);

}  // namespace perfopt::report
