// SPDX-License-Identifier: Apache-2.0
#include "perfopt/stats/trend.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "perfopt/stats/paired.hpp"
#include "perfopt/stats/run_noise.hpp"

namespace perfopt::stats {
namespace {

constexpr double k95 = 1.96;
constexpr double k99 = 2.576;

// Ascending; pairs at the same x have none.
std::vector<double> slopes(std::span<const double> x, std::span<const double> y) {
  std::vector<double> all;
  all.reserve(x.size() * (x.size() - 1) / 2);
  for (std::size_t i = 0; i < x.size(); ++i) {
    for (std::size_t k = i + 1; k < x.size(); ++k) {
      if (x[k] > x[i]) all.push_back((y[k] - y[i]) / (x[k] - x[i]));
    }
  }
  std::sort(all.begin(), all.end());
  return all;
}

// Of an ascending sequence.
double at_share(const std::vector<double>& sorted, double place) {
  const double last = static_cast<double>(sorted.size() - 1);
  return sorted[static_cast<std::size_t>(std::clamp(std::round(place), 0.0, last))];
}

Line line_with(std::span<const double> x, std::span<const double> y, double slope) {
  std::vector<double> starts(y.begin(), y.end());
  for (std::size_t i = 0; i < x.size(); ++i) starts[i] -= slope * x[i];
  return {median(starts), slope};
}

double concordance(const std::vector<double>& slopes) {
  double sum = 0;
  for (const double slope : slopes) sum += static_cast<double>(slope > 0) - static_cast<double>(slope < 0);
  return sum;
}

}  // namespace

Line line_through(std::span<const double> values) {
  std::vector<double> x(values.size());
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<double>(i);
  const std::vector<double> all = slopes(x, values);
  return line_with(x, values, all.empty() ? 0 : median(all));
}

std::optional<Trend> trend(std::span<const double> x, std::span<const double> values) {
  const std::size_t used = std::min(values.size(), kMostOfLine);
  if (x.size() != values.size() || used < kFewestOfTrend) return std::nullopt;
  x = x.last(used);
  std::vector<double> logs;
  for (const double value : values.last(used)) {
    if (!(value > 0) || !std::isfinite(value)) return std::nullopt;
    logs.push_back(std::log(value));
  }
  const std::vector<double> all = slopes(x, logs);
  if (all.empty()) return std::nullopt;

  const double slope = median(all);
  const Line line = line_with(x, logs, slope);
  std::vector<double> left_over(used);
  for (std::size_t i = 0; i < used; ++i) left_over[i] = logs[i] - line.at(x[i]);
  const std::span<const double> rest(left_over);
  const RunNoise noise = run_noise(rest.first(used / 2), rest.subspan(used / 2));

  const auto n = static_cast<double>(used);
  const double deviation = std::sqrt(n * (n - 1) * (2 * n + 5) / 18 * noise.inflation);
  const double statistic = concordance(all);
  Trend result;
  result.significant = std::abs(statistic) - 1 > k99 * deviation;
  const auto count = static_cast<double>(all.size());
  result.slope = {slope, at_share(all, (count - k95 * deviation) / 2 - 1),
                  at_share(all, (count + k95 * deviation) / 2)};
  return result;
}

}  // namespace perfopt::stats
