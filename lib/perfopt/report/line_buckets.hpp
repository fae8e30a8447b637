// SPDX-License-Identifier: Apache-2.0
// Lines of very many points in a page: the lowest and highest value of each stretch, so that a spike of one point in a
// million stays to be seen, and the JSON that the script draws them from. Internal to report/.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace perfopt::report {

inline constexpr std::size_t kMostLineBuckets = 2'000;

struct LineBuckets {
  std::vector<double> x;  // ascending; of a stretch with several points its middle
  std::vector<double> low;
  std::vector<double> high;
};

// `x` ascends and is as long as `y`. Up to `most` points come back as they are. Points that are not finite are left
// out.
[[nodiscard]] LineBuckets line_buckets(std::span<const double> x, std::span<const double> y,
                                       std::size_t most = kMostLineBuckets);

struct LineAxis {
  std::string_view label;
  std::string_view unit;
  bool log = false;  // of y alone
};

struct LineSeries {
  std::string label;
  LineBuckets points;
};

// A JSON object of kind "lines", its "series" packed_json() of island.hpp. `id`: letters, digits and hyphens.
[[nodiscard]] std::string lines_island(std::string_view id, std::string_view title, const LineAxis& x,
                                       const LineAxis& y, const std::vector<LineSeries>& series);

}  // namespace perfopt::report
