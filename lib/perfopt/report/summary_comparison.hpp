// SPDX-License-Identifier: Apache-2.0
// What the page for those who decide says of a comparison, as HTML that is safe: counts, what to do next, what makes
// it doubtful. Of long lists the worst few are named. Internal to report/.
#pragma once

#include <string>
#include <string_view>

#include "perfopt/model/comparison.hpp"

namespace perfopt::report {

// A figure with plain words below it; a step of a list. Both take HTML.
[[nodiscard]] std::string summary_tile(const std::string& figure, std::string_view label, bool bad = false);
[[nodiscard]] std::string summary_item(const std::string& html);

[[nodiscard]] std::string tiles_of_changes(const model::Comparison& comparison);
// "7 slower and 4 faster than before, 2 inconclusive".
[[nodiscard]] std::string heading_of_changes(const model::Comparison& comparison);
// Items: what to look at before the change goes out, or that nothing holds it up.
[[nodiscard]] std::string next_for_changes(const model::Comparison& comparison);
// An item, "" without doubts.
[[nodiscard]] std::string doubts_of_changes(const model::Comparison& comparison);
// Both sides by name, commit and date, as far as they are known.
[[nodiscard]] std::string sides_of_changes(const model::Comparison& comparison);

}  // namespace perfopt::report
