// SPDX-License-Identifier: Apache-2.0
// The sections of the benchmark page, each the content of one slot. Private to the module.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "perfopt/report/figure_builders.hpp"
#include "perfopt/report/page.hpp"
#include "perfopt/report/suite_view.hpp"

namespace perfopt::report {

// page_answer.cpp
[[nodiscard]] std::string page_banner(const model::Suite& suite);
[[nodiscard]] std::string page_tiles(const model::Suite& suite);
[[nodiscard]] std::string page_failures(const model::Suite& suite);
[[nodiscard]] std::string page_quality(const model::Suite& suite);
// page_verdicts.cpp: the table of answers; then, of one problem, every strategy in words
[[nodiscard]] std::string page_verdicts(std::span<const ProblemView> problems, const IdPrefix& prefix);
[[nodiscard]] std::string strategy_list(const ProblemView& problem);
// "▲ arena, 2.92x to 6.26x", coloured.
[[nodiscard]] std::string answer_line(const ProblemView& problem);
// page_heat_map.cpp
[[nodiscard]] std::string page_heat_map(std::span<const ProblemView> problems, const IdPrefix& prefix);
// page_results.cpp
[[nodiscard]] std::string page_results(std::span<const ProblemView> problems, const IdPrefix& prefix);
// page_problem.cpp
[[nodiscard]] std::string page_problems(std::span<const ProblemView> problems, const IdPrefix& prefix);
// page_table.cpp: all figures of every strategy at every size
[[nodiscard]] std::string page_table(const ProblemView& problem);
// page_ranks.cpp: whole sections, "" where the document has nothing of the kind
[[nodiscard]] std::string page_scaling(const model::Suite& suite, const IdPrefix& prefix);
[[nodiscard]] std::string page_fleet(const model::Suite& suite, const IdPrefix& prefix);
// page_facts.cpp
[[nodiscard]] std::string page_left_out(const model::Suite& suite);
[[nodiscard]] std::string page_environment(const model::Environment& machine);
[[nodiscard]] std::string page_settings(const model::Settings& settings);

// A name of the document, isolated from the direction of the text around it.
[[nodiscard]] std::string html_name(std::string_view name);
// The same in a cell of its own, where only a name that is not ASCII can turn the direction.
[[nodiscard]] std::string cell_name(std::string_view name);
// The id of a problem: "p1", "d2-p1".
[[nodiscard]] std::string anchor_of(const IdPrefix& prefix, std::size_t index);

}  // namespace perfopt::report
