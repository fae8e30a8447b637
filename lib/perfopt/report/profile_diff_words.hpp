// SPDX-License-Identifier: Apache-2.0
// What every output of a profile comparison says: the answer, which quantity of a function tells, its figures in words.
// Plain text; names of the document are made harmless (printable()). Private to the module.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "perfopt/model/profile_diff.hpp"
#include "perfopt/report/text_layout.hpp"

namespace perfopt::report {

struct DiffPart {
  const char* title;
  const char* word;  // of a row in Markdown, CSV and HTML
  model::FunctionVerdict verdict;
  Ink ink;
};
// Slower, faster, shifted.
[[nodiscard]] std::span<const DiffPart> diff_parts();
// "slower", "faster", "shifted", "same".
[[nodiscard]] const char* verdict_word(model::FunctionVerdict verdict);

[[nodiscard]] std::vector<const model::FunctionChange*> changes_of(const model::ProfileDiff& diff,
                                                                   model::FunctionVerdict verdict);
// The verdict is about the function with what it calls, not about itself.
[[nodiscard]] bool is_by_total(const model::FunctionChange& change);
// The quantity that the verdict is about.
[[nodiscard]] const model::FunctionShare& telling_share(const model::FunctionChange& change);

// 0.0423 as "4.23", "+4.23" with its sign.
[[nodiscard]] std::string points_text(double share, bool sign);
[[nodiscard]] std::string interval_text(const model::Interval& points);        // "+0.50 to +2.00"
[[nodiscard]] std::string amount_text(double value, const std::string& unit);  // of its size: "1.20 s"
[[nodiscard]] std::string signed_amount_text(double value, const std::string& unit);

// By how much one of that share in both must have changed to be told from noise: `detectable`, which is of a tenth,
// with the deviation that samples of the share have.
[[nodiscard]] double sure_change(double detectable, double share);

// "3 functions got slower, most of all parse(): 10.1 % -> 14.3 % of cpu."
[[nodiscard]] std::string diff_answer(const model::ProfileDiff& diff);
// "cpu: 2.00 s -> 2.40 s (+20 %), 1,900 and 2,100 effective samples"
[[nodiscard]] std::string diff_sums(const model::ProfileDiff& diff);

}  // namespace perfopt::report
