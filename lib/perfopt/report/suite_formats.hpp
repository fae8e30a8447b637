// SPDX-License-Identifier: Apache-2.0
// The three outputs behind suite_text(), and the words that they share. Private to the module.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "perfopt/report/suite_text.hpp"
#include "perfopt/report/suite_view.hpp"

namespace perfopt::report {

[[nodiscard]] std::string suite_console(const model::Suite& suite, const TextOptions& options);
[[nodiscard]] std::string suite_markdown(const model::Suite& suite, bool verbose);
[[nodiscard]] std::string suite_csv(const model::Suite& suite);

// "4.21x to 4.39x"; "" without one.
[[nodiscard]] std::string interval_text(const model::Variant& variant);
// "4.30x"; "" without one.
[[nodiscard]] std::string speedup_text(const model::Variant& variant);
// "41.0 %" of the physical limit; "" when none is known.
[[nodiscard]] std::string limit_share_text(const model::Variant& variant);
// "read bandwidth": the limit's name in words.
[[nodiscard]] std::string limit_name(const model::LimitUse& limit);
// The limits that the measured variants of a problem were held against, or those of the best alone, each once.
[[nodiscard]] std::vector<std::string> limit_names(const ProblemView& problem, bool of_best_alone);
// "41 cases measured (164 results) in 2 min 14 s; 2 failures; 3 skipped".
[[nodiscard]] std::string summary_line(const model::Suite& suite);
// "commit 1a2b3c4 | 2026-11-21 07:44 UTC | Xeon, 2 CPUs | g++ 12.2.0", from what is known.
[[nodiscard]] std::string origin_line(const model::Suite& suite, std::string_view separator);
// The parts of that line.
[[nodiscard]] std::vector<std::string> origin_parts(const model::Suite& suite);
// "pool: serial wins below about 30,000 elements (measured between ...); speed-up 0.412x to 1.94x".
[[nodiscard]] std::string strategy_line(const ProblemView& problem, const model::VariantFinding& finding);
// "strong scaling of 4,096 items: 2 ranks 1.93x (efficiency 96.4 %); ...".
[[nodiscard]] std::string scaling_line(const model::Scaling& scaling);
// "node1: 1.58x the time of the typical host (score 12.1), slow".
[[nodiscard]] std::string host_line(const model::FleetHost& host);
// "kernel differs: 6.1 on a, b; 5.10 on c".
[[nodiscard]] std::string difference_line(const model::FleetDifference& difference);
// "2 of 43 cases are missing" with the first of them; "" for a complete suite.
[[nodiscard]] std::string incomplete_line(const model::Suite& suite);

}  // namespace perfopt::report
