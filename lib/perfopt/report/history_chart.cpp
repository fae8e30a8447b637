// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/history_chart.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "perfopt/core/units.hpp"
#include "perfopt/report/comparison_view.hpp"
#include "perfopt/report/escape.hpp"
#include "perfopt/report/line_buckets.hpp"
#include "perfopt/report/svg_chart.hpp"
#include "perfopt/stats/paired.hpp"

namespace perfopt::report {
namespace {

using model::HistoryPoint;
using model::HistorySeries;

// Runs that stand side by side in one column: the span of their indices, of their medians and of their quartiles.
struct Bucket {
  double index = 0;
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  double band_low = low;
  double band_high = high;
};

std::vector<Bucket> buckets(const HistorySeries& series, std::size_t most) {
  const std::size_t runs = series.points.size();
  const std::size_t count = std::min(runs, most);
  std::vector<Bucket> all;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t from = i * runs / count;
    const std::size_t end = (i + 1) * runs / count;
    Bucket bucket;
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

constexpr double kWidth = 760;
constexpr double kHeight = 230;
constexpr double kLeft = 78;
constexpr double kRight = 14;
constexpr double kTop = 22;
constexpr double kBottom = 40;

struct Frame {
  double low = 0, high = 1;  // of the values
  double runs = 1;

  [[nodiscard]] double x(double index) const {
    return runs < 2 ? (kLeft + kWidth - kRight) / 2 : kLeft + index / (runs - 1) * (kWidth - kRight - kLeft);
  }
  [[nodiscard]] double y(double value) const {
    return kHeight - kBottom - (value - low) / (high - low) * (kHeight - kBottom - kTop);
  }
};

// Quartiles of a single odd run must not flatten all others, so they widen the axis by half at most.
Frame frame_of(const HistorySeries& series, const std::vector<Bucket>& columns) {
  Frame frame{columns.front().low, columns.front().high, static_cast<double>(series.points.size())};
  for (const Bucket& bucket : columns) {
    frame.low = std::min(frame.low, bucket.low);
    frame.high = std::max(frame.high, bucket.high);
  }
  const double reach = std::max(frame.high - frame.low, std::abs(frame.high) * 0.02);
  const double middle = (frame.high + frame.low) / 2;
  frame.low = middle - reach * 0.75;
  frame.high = middle + reach * 0.75;
  if (middle >= 0) frame.low = std::max(frame.low, 0.0);
  if (!(frame.high > frame.low)) frame.high = frame.low + 1;
  return frame;
}

std::string point_at(const Frame& frame, double index, double value) {
  return svg_number(frame.x(index)) + " " + svg_number(frame.y(std::clamp(value, frame.low, frame.high)));
}

std::string text(double x, double y, std::string_view anchor, const std::string& html) {
  return "<text class=\"text\" fill=\"#1f2328\" x=\"" + svg_number(x) + "\" y=\"" + svg_number(y) +
         "\" text-anchor=\"" + std::string(anchor) + "\">" + html + "</text>\n";
}

std::string line(std::string_view css, std::string_view color, double x1, double y1, double x2, double y2,
                 std::string_view more = "") {
  return "<line class=\"" + std::string(css) + "\" stroke=\"" + std::string(color) + "\" x1=\"" + svg_number(x1) +
         "\" y1=\"" + svg_number(y1) + "\" x2=\"" + svg_number(x2) + "\" y2=\"" + svg_number(y2) + "\"" +
         std::string(more) + "/>\n";
}

// A step of 1, 2 or 5 times a power of ten that gives about four lines.
double step_of(double span) {
  const double raw = span / 4;
  const double power = std::pow(10, std::floor(std::log10(raw)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (raw <= factor * power) return factor * power;
  }
  return 10 * power;
}

std::string axes(const Frame& frame, const HistorySeries& series) {
  std::string out;
  const double step = step_of(frame.high - frame.low);
  for (double tick = std::ceil(frame.low / step) * step; tick <= frame.high; tick += step) {
    const double y = frame.y(tick);
    out += line("grid", "#d8dee4", kLeft, y, kWidth - kRight, y) +
           text(kLeft - 6, y + 4, "end", html_text(value_words(tick, series.unit), 16));
  }
  const double floor = kHeight - kBottom;
  return out + line("axis", "#1f2328", kLeft, floor, kWidth - kRight, floor);
}

// Versions where they begin, as many as do not touch; without any, the first and the last day.
std::string below(const Frame& frame, const HistorySeries& series) {
  const double y = kHeight - kBottom + 16;
  std::string out;
  double free_from = 0;
  const std::string* last = nullptr;
  for (std::size_t i = 0; i < series.points.size(); ++i) {
    const std::string& version = series.points[i].version;
    if (version.empty() || (last != nullptr && *last == version)) continue;
    last = &version;
    const double x = frame.x(static_cast<double>(i));
    const std::string words = printable(version, 12);
    if (x < free_from || x + 7.4 * static_cast<double>(words.size()) > kWidth) continue;
    free_from = x + 7.4 * static_cast<double>(words.size()) + 12;
    out += line("grid", "#d8dee4", x, y - 16, x, y - 11) + text(x, y, "start", html_text(words));
  }
  const std::string& first_day = series.points.front().started;
  const std::string& last_day = series.points.back().started;
  return out + text(kLeft, y + 17, "start", html_text(first_day.substr(0, 10))) +
         text(kWidth - kRight, y + 17, "end", html_text(last_day.substr(0, 10)));
}

std::string band_and_line(const Frame& frame, const std::vector<Bucket>& columns) {
  std::string upper;
  std::string lower;
  std::string path;
  for (const Bucket& bucket : columns) {
    upper += (upper.empty() ? "M" : "L") + point_at(frame, bucket.index, bucket.band_high);
    lower = "L" + point_at(frame, bucket.index, bucket.band_low) + lower;
    path += (path.empty() ? "M" : "L") + point_at(frame, bucket.index, bucket.low);
    if (bucket.high > bucket.low) path += "L" + point_at(frame, bucket.index, bucket.high);
  }
  return "<path class=\"s1\" stroke=\"none\" fill=\"#0072B2\" fill-opacity=\"0.18\" d=\"" + upper + lower +
         "Z\"/>\n<path class=\"s1\" fill=\"none\" stroke=\"#0072B2\" stroke-width=\"1.5\" d=\"" + path + "\"/>\n";
}

double level_of(const HistorySeries& series, std::size_t from, std::size_t end) {
  std::vector<double> medians;
  for (std::size_t i = from; i < end; ++i) medians.push_back(series.points[i].median);
  return stats::median(medians);
}

std::string changes(const Frame& frame, const HistorySeries& series) {
  std::string out;
  std::size_t from = 0;
  const auto level = [&](std::size_t end) {
    const double at = level_of(series, from, end);
    if (!std::isfinite(at)) return;
    const double y = frame.y(std::clamp(at, frame.low, frame.high));
    out += line("s0", "#6B7280", frame.x(static_cast<double>(from)), y, frame.x(static_cast<double>(end - 1)), y,
                " stroke-width=\"3\" stroke-opacity=\"0.7\"");
  };
  for (const model::HistoryChange& change : series.changes) {
    if (change.first <= from || change.first >= series.points.size()) continue;
    level(change.first);
    from = change.first;
    const double x = frame.x(static_cast<double>(change.first) - 0.5);
    const std::string_view css = change.worse ? "slower" : "faster";
    const std::string_view color = change.worse ? "#a33b00" : "#00558a";
    const bool up = change.ratio.estimate > 1;
    out += line(css, color, x, kTop - 4, x, kHeight - kBottom, " stroke-dasharray=\"4 3\"") + "<path class=\"" +
           std::string(css) + "\" fill=\"" + std::string(color) + "\" d=\"M" + svg_number(x) + " " +
           svg_number(up ? 5 : 17) + (up ? "l7 12h-14Z" : "l7 -12h-14Z") + "\"/>\n";
  }
  if (!series.changes.empty()) level(series.points.size());
  return out;
}

}  // namespace

std::string history_chart(const HistorySeries& series, const std::string& id) {
  const std::vector<Bucket> columns = buckets(series, kMostColumns);
  if (columns.empty()) return "";
  const Frame frame = frame_of(series, columns);
  return "<svg class=\"series\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + svg_number(kWidth) + " " +
         svg_number(kHeight) + "\" role=\"img\" aria-labelledby=\"" + id +
         "-title\" font-family=\"system-ui, sans-serif\" font-size=\"13\">\n<title id=\"" + id + "-title\">" +
         html_text(series.name) + " over " + std::to_string(series.points.size()) + " runs</title>\n" +
         axes(frame, series) + below(frame, series) + band_and_line(frame, columns) + changes(frame, series) +
         "</svg>\n";
}

std::string history_spark(const HistorySeries& series) {
  const std::vector<Bucket> columns = buckets(series, 60);
  if (columns.size() < 2) return "";
  double low = columns.front().low;
  double high = columns.front().high;
  for (const Bucket& bucket : columns) {
    low = std::min(low, bucket.low);
    high = std::max(high, bucket.high);
  }
  const double span = high > low ? high - low : 1;
  const double runs = static_cast<double>(series.points.size() - 1);
  std::string path;
  for (const Bucket& bucket : columns) {
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
  for (const Bucket& bucket : buckets(series, kMostLineBuckets)) {
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
  const LineAxis y{.label = known ? "median" : series.unit, .unit = known ? series.unit : "count"};
  return lines_island(id, series.name, {.label = "run", .unit = "index"}, y, {line}, notes);
}

}  // namespace perfopt::report
