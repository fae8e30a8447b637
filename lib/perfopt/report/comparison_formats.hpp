// SPDX-License-Identifier: Apache-2.0
// The outputs behind comparison_text(), one file each. Private to the module.
#pragma once

#include <string>

#include "perfopt/report/comparison_text.hpp"

namespace perfopt::report {

[[nodiscard]] std::string comparison_console(const model::Comparison& comparison, const ComparisonTextOptions& options);
[[nodiscard]] std::string comparison_markdown(const model::Comparison& comparison);
// One header line; then for each benchmark a line with role "verdict", and one for each other figure with role "gate"
// or "figure".
[[nodiscard]] std::string comparison_csv(const model::Comparison& comparison);
[[nodiscard]] std::string comparison_junit(const model::Comparison& comparison);
[[nodiscard]] std::string comparison_github(const model::Comparison& comparison);
[[nodiscard]] std::string comparison_sarif(const model::Comparison& comparison);

}  // namespace perfopt::report
