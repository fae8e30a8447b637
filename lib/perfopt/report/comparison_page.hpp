// SPDX-License-Identifier: Apache-2.0
// A Comparison as an article of a page: what got slower, how sure that is, and everything behind it.
//
// Verdicts, their order and their words are those of comparison_view.hpp: the page judges nothing itself. Any document
// gives an article: no benchmark, only failures, no interval, figures that are not finite.
#pragma once

#include <optional>
#include <string>

#include "perfopt/model/comparison.hpp"
#include "perfopt/report/page.hpp"

namespace perfopt::report {

// What is known of the machines of both sides where they come from files. Refers to what must outlive it.
struct ComparedEnvironments {
  const model::Environment& base;
  const model::Environment& changed;
};

[[nodiscard]] Article comparison_article(const model::Comparison& comparison,
                                         const std::optional<ComparedEnvironments>& environments,
                                         const IdPrefix& prefix);

// A page of one comparison; without `environments`, with what the document itself knows of the machine.
[[nodiscard]] std::string comparison_page(const model::Comparison& comparison,
                                          const std::optional<ComparedEnvironments>& environments);

}  // namespace perfopt::report
