// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/history_course.hpp"

#include <algorithm>
#include <cmath>

#include "perfopt/core/units.hpp"
#include "perfopt/report/escape.hpp"
#include "perfopt/report/line_buckets.hpp"
#include "perfopt/report/svg_chart.hpp"

namespace perfopt::report {

using model::HistoryPoint;
using model::HistorySeries;

std::vector<RunBucket> run_buckets(const HistorySeries& series, std::size_t most) {
  const std::size_t runs = series.points.size();
  const std::size_t count = std::min(runs, most);
  std::vector<RunBucket> all;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t from = i * runs / count;
    const std::size_t end = (i + 1) * runs / count;
    RunBucket bucket;
    bucket.index = static_cast<double>(from + end - 1) / 2;
    for (std::size_t run = from; run < end; ++run) {
      const HistoryPoint& point = series.points[run];
      if (!std::isfinite(point.median)) continue;
      bucket.low = std::min(bucket.low, point.median);
      bucket.high = std::max(bucket.high, point.median);
      bucket.band_low = std::min(bucket.band_low, std::isfinite(point.low) ? point.low : point.median);
      bucket.band_high = std::max(bucket.band_high, std::isfinite(point.high) ? point.high : point.median);
    }
    if (bucket.low <= bucket.high) all.push_back(bucket);
  }
  return all;
}

std::string history_spark(const HistorySeries& series) {
  const std::vector<RunBucket> columns = run_buckets(series, 60);
  if (columns.size() < 2) return "";
  double low = columns.front().low;
  double high = columns.front().high;
  for (const RunBucket& bucket : columns) {
    low = std::min(low, bucket.low);
    high = std::max(high, bucket.high);
  }
  const double span = high > low ? high - low : 1;
  const double runs = static_cast<double>(series.points.size() - 1);
  std::string path;
  for (const RunBucket& bucket : columns) {
    for (const double value : {bucket.low, bucket.high}) {
      path += (path.empty() ? "M" : "L") + svg_number(2 + bucket.index / runs * 116) + " " +
              svg_number(14 - (value - low) / span * 12);
      if (bucket.low == bucket.high) break;
    }
  }
  return "<svg class=\"strip\" viewBox=\"0 0 120 16\" aria-hidden=\"true\"><path class=\"s1\" fill=\"none\" "
         "stroke=\"#0072B2\" stroke-width=\"1.5\" d=\"" +
         path + "\"/></svg>";
}

bool is_long(const HistorySeries& series) {
  return series.points.size() > kFewLinePoints;
}

std::string history_island(const HistorySeries& series, const std::string& id) {
  LineSeries line{"median", {}};
  for (const RunBucket& bucket : run_buckets(series, kMostLineBuckets)) {
    line.points.x.push_back(std::round(bucket.index) + 1);
    line.points.low.push_back(bucket.low);
    line.points.high.push_back(bucket.high);
    line.band_low.push_back(bucket.band_low);
    line.band_high.push_back(bucket.band_high);
  }
  LineNotes notes{{""}, {}};  // runs count from 1
  for (const HistoryPoint& point : series.points) {
    notes.names.push_back(printable(point.started.substr(0, 10) + " " + point.commit.substr(0, 12), kNameLength));
  }
  for (const model::HistoryChange& change : series.changes) {
    if (change.first >= series.points.size()) continue;
    notes.marks.push_back({static_cast<double>(change.first) + 0.5,
                           std::string(change.ratio.estimate > 1 ? "▲ " : "▼ ") + format_change(change.ratio.estimate) +
                               (change.worse ? " worse" : " better")});
  }
  const bool known = series.unit == "ns" || series.unit == "bytes";
  const std::string_view label = known ? std::string_view("median") : std::string_view(series.unit);
  const LineAxis y{.label = label, .unit = known ? std::string_view(series.unit) : std::string_view("count")};
  return lines_island(id, series.name, {.label = "run", .unit = "index"}, y, {line}, notes);
}

}  // namespace perfopt::report
