// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/line_buckets.hpp"

#include <algorithm>
#include <cmath>

#include "perfopt/report/island.hpp"

namespace perfopt::report {

LineBuckets line_buckets(std::span<const double> x, std::span<const double> y, std::size_t most) {
  LineBuckets out;
  if (x.empty()) return out;
  const double first = x.front();
  const double width = (x.back() - first) / static_cast<double>(most);
  const bool is_dense = x.size() > most && width > 0;
  double filled = -1;  // number of the last bucket
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!std::isfinite(x[i]) || !std::isfinite(y[i])) continue;
    // The last point lies on the end of the last bucket and belongs to it.
    const double bucket = std::min(std::floor((x[i] - first) / width), static_cast<double>(most) - 1);
    if (is_dense && bucket == filled) {
      out.x.back() = first + (bucket + 0.5) * width;
      out.low.back() = std::min(out.low.back(), y[i]);
      out.high.back() = std::max(out.high.back(), y[i]);
      continue;
    }
    filled = bucket;
    out.x.push_back(x[i]);
    out.low.push_back(y[i]);
    out.high.push_back(y[i]);
  }
  return out;
}

std::string lines_island(std::string_view id, std::string_view title, const LineAxis& x, const LineAxis& y,
                         const std::vector<LineSeries>& series, const LineNotes& notes) {
  IslandObject across, up, island;
  across.add_text("label", x.label).add_text("unit", x.unit);
  up.add_text("label", y.label).add_text("unit", y.unit).add("log", y.log ? "true" : "false");
  if (y.from_zero) up.add("from_zero", "true");
  if (!notes.names.empty()) across.add("names", island_list(notes.names, island_text));
  island.add_text("id", id).add_text("kind", "lines").add_text("title", title);
  island.add("x", across.json()).add("y", up.json());
  const auto series_json = [](const LineSeries& line) {
    IslandObject one;
    one.add_text("label", line.label).add("x", island_numbers(line.points.x));
    one.add("low", island_numbers(line.points.low)).add("high", island_numbers(line.points.high));
    if (!line.band_low.empty()) {
      one.add("band_low", island_numbers(line.band_low)).add("band_high", island_numbers(line.band_high));
    }
    return one.json();
  };
  const auto mark_json = [](const LineMark& mark) {
    return IslandObject().add_number("x", mark.x).add_text("text", mark.text).json();
  };
  island.add("series", packed_json(island_list(series, series_json)));
  if (!notes.marks.empty()) island.add("marks", island_list(notes.marks, mark_json));
  return island.json();
}

}  // namespace perfopt::report
