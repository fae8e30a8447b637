// SPDX-License-Identifier: Apache-2.0
// The runs of `perfbench history export`, as the series that a page or a chart shows.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "perfopt/model/history.hpp"

namespace perfviz {

// One series for each benchmark, unit and environment, by name; points by time; changes and trend judged. `origin` names
// the input in messages. Throws BadInput with the line for what is no export, and when it holds no results.
[[nodiscard]] std::vector<perfopt::model::HistorySeries> history_series(std::string_view text,
                                                                        const std::string& origin);

}  // namespace perfviz
