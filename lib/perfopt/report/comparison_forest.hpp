// SPDX-License-Identifier: Apache-2.0
// Changes with their 95 % intervals, one below the other on a logarithmic axis of changed / base, as one static SVG.
//
// A triangle that points up is slower, one that points down faster, a square neither, so that no colour has to be told
// from another; the grey band is the margin of "the same" where all have one. An interval that leaves the axis ends in
// an arrow. Colours are literal attributes that a page may restyle by the classes slower, faster and open. Internal to
// report/.
#pragma once

#include <cstddef>
#include <string>

#include "perfopt/report/comparison_view.hpp"
#include "perfopt/report/page.hpp"

namespace perfopt::report {

inline constexpr std::size_t kMostForestRows = 60;

struct Forest {
  std::string svg;           // "" when nothing has a change that can be drawn
  std::size_t rows = 0;      // drawn, the first kMostForestRows of `benchmarks`
  std::size_t left_out = 0;  // more than that
};

// Those without a finite positive estimate have no place on the axis and are skipped.
[[nodiscard]] Forest comparison_forest(const BenchmarkList& benchmarks, const IdPrefix& prefix);

}  // namespace perfopt::report
