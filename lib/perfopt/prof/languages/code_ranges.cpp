// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/languages/code_ranges.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace perfopt::prof {

void CodeRanges::add(std::uint64_t begin, std::uint64_t size) {
  const std::uint64_t room = std::numeric_limits<std::uint64_t>::max() - begin;
  if (size > 0) ranges_.push_back({begin, begin + std::min(size, room)});
}

void CodeRanges::seal(std::uint64_t gap) {
  std::ranges::sort(ranges_, {}, &Range::begin);
  std::vector<Range> joined;
  for (const Range& range : ranges_) {
    if (!joined.empty() && (range.begin <= joined.back().end || range.begin - joined.back().end <= gap)) {
      joined.back().end = std::max(joined.back().end, range.end);
    } else {
      joined.push_back(range);
    }
  }
  ranges_ = std::move(joined);
}

bool CodeRanges::contains(std::uint64_t address) const {
  const auto after = std::ranges::upper_bound(ranges_, address, {}, &Range::begin);
  return after != ranges_.begin() && address < std::prev(after)->end;
}

}  // namespace perfopt::prof
