// SPDX-License-Identifier: Apache-2.0
// Lines of very many points in a page: the lowest and highest value of each stretch, so that a spike of one point in a
// million stays to be seen, and the JSON that the script draws them from. Internal to report/.
//
// The script's chart takes the place of the static one, so it must not say less. A line of up to kFewLinePoints points
// is told best by the static picture alone: give its figure no data-lines and write no island. Of a longer one give all
// that the picture has: the band around each line, marks of what happened, and the names of whole numbers of x.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace perfopt::report {

inline constexpr std::size_t kMostLineBuckets = 2'000;
inline constexpr std::size_t kFewLinePoints = 300;

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
  bool log = false;        // of y alone
  bool from_zero = false;  // of y alone: an amount whose zero means something (bytes, threads), always in sight
};

struct LineSeries {
  std::string label;
  LineBuckets points;
  std::vector<double> band_low = {};  // of each point, or none: a lighter band around the line (quartiles)
  std::vector<double> band_high = {};
};

// A moment that something happened at: a line across the chart with its text ("\u25b2 +12 % worse") at the top.
struct LineMark {
  double x = 0;
  std::string text;
};

struct LineNotes {
  // Of x = 0, 1, 2, ...: "2026-11-21 3c02ac3". The axis shows the part before the first space.
  std::vector<std::string> names = {};
  std::vector<LineMark> marks = {};
};

// A JSON object of kind "lines", its "series" packed_json() of island.hpp. `id`: letters, digits and hyphens.
[[nodiscard]] std::string lines_island(std::string_view id, std::string_view title, const LineAxis& x,
                                       const LineAxis& y, const std::vector<LineSeries>& series,
                                       const LineNotes& notes = {});

}  // namespace perfopt::report
