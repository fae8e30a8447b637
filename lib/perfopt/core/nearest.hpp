// SPDX-License-Identifier: Apache-2.0
// "did you mean": the known name that a mistyped one most likely stands for.
//
// Distance: insertions, deletions, replacements and swaps of neighbours, each counted once, letters of either case
// alike. Source: optimal string alignment, Damerau, CACM 7(3), 1964.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace perfopt {

[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

// The first of `names` with the least distance to `word`, or "" when none is near: at most one edit for each
// three characters begun. A name that `word` begins, of three characters or more, counts as near too.
[[nodiscard]] std::string_view nearest(std::string_view word, std::span<const std::string_view> names);

// "; did you mean 'sort'?", or "" when nothing is near.
[[nodiscard]] std::string did_you_mean(std::string_view word, std::span<const std::string_view> names);

}  // namespace perfopt
