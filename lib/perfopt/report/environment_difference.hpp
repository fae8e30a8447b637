// SPDX-License-Identifier: Apache-2.0
// What is known of a machine and a build, fact by fact, and in what two of them differ.
//
// Values are plain text of the document: escape them where they are shown. What changes from run to run by itself (the
// load, stolen time, memory that was free) differs only where it is far enough apart to matter.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "perfopt/model/environment.hpp"

namespace perfopt::report {

struct EnvironmentFact {
  std::string_view label;          // "CPU"
  std::string value{};             // "" when it is not known
  std::string compared{};          // instead of the value; "": the value
  std::optional<double> amount{};  // of a fact that varies: compared by it, equal within `tolerance`
  double tolerance = 0;
};

// In the order in which they are shown.
[[nodiscard]] std::vector<EnvironmentFact> environment_facts(const model::Environment& machine);

struct EnvironmentDifference {
  std::string_view label;
  std::string before;
  std::string after;
};

struct EnvironmentDifferences {
  std::vector<EnvironmentDifference> rows;    // known of both, and not the same
  std::vector<std::string_view> only_before;  // labels of what is known of that one alone
  std::vector<std::string_view> only_after;
};

[[nodiscard]] EnvironmentDifferences environment_differences(const model::Environment& before,
                                                             const model::Environment& after);
// HTML: a table of the differences, or a sentence that there are none, and what could not be compared.
[[nodiscard]] std::string environment_difference_table(const model::Environment& before,
                                                       const model::Environment& after);

}  // namespace perfopt::report
