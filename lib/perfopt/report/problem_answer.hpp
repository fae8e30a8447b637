// SPDX-License-Identifier: Apache-2.0
// The answer for one problem in a few words: what to use, from which size, how much faster, how sure that is.
//
// Everything is read off the document: the best strategy of each size, its speed-up there and the crossovers. One that
// failed at any size is never the answer, and a size that this leaves without a comparison is not decided. Texts are
// plain, not yet made safe for where they are shown. Private to the module.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "perfopt/report/suite_view.hpp"

namespace perfopt::report {

enum class AnswerKind : std::uint8_t {
  pays_off,  // something is faster than the baseline and means the same, at one size at least
  weaker,    // what is faster means less
  even,      // nothing is told apart from the baseline
  stay,      // nothing is faster, something is slower
  failed,    // all that could be compared gave a wrong result
  unknown,   // nothing was measured
};

struct SpeedupRange {
  double least;
  double most;
};

struct ProblemAnswer {
  AnswerKind kind = AnswerKind::unknown;
  std::string use;                       // "arena"; "lru up to about 4,300 blocks, then page_cache"
  std::optional<SpeedupRange> speedups;  // of that, over the sizes where it surely wins
  std::string where;                     // of these sizes: "from 1,000", "at 2 of 5 sizes"; "" for all
  std::string sure;                      // "3 of 4 sizes decided; undecided at 65,536"; "nothing valid to compare"
};

[[nodiscard]] ProblemAnswer answer_of(const ProblemView& problem);

// "2.92x to 6.26x"; "" without.
[[nodiscard]] std::string speedups_text(const ProblemAnswer& answer);
// The kind as a sign that stands beside the words: "▲".
[[nodiscard]] std::string_view answer_sign(AnswerKind kind);

}  // namespace perfopt::report
