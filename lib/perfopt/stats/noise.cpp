// SPDX-License-Identifier: Apache-2.0
#include "perfopt/stats/noise.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "perfopt/stats/paired.hpp"

namespace perfopt::stats {
namespace {

constexpr double kMadToDeviation = 1.4826;
constexpr std::size_t kFewestSessions = 3;
constexpr double kQuantile = 2.5758;  // 0.995 of the normal distribution

double mean(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// Student's t at 0.995. Abramowitz, Stegun, 26.7.5; exact to 10 % at 2 degrees of freedom and to 1 % from 5 on.
double student_quantile(double freedom) {
  const double z = kQuantile;
  const double z3 = std::pow(z, 3);
  const double z5 = std::pow(z, 5);
  const double z7 = std::pow(z, 7);
  return z + (z3 + z) / (4 * freedom) + (5 * z5 + 16 * z3 + 3 * z) / (96 * freedom * freedom) +
         (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * std::pow(freedom, 3));
}

}  // namespace

double robust_deviation(std::span<const double> values) {
  return robust_deviation(values, median(values));
}

double robust_deviation(std::span<const double> values, double middle) {
  if (values.empty()) return 0;
  std::vector<double> distances;
  for (const double value : values) distances.push_back(std::abs(value - middle));
  return kMadToDeviation * median(distances);
}

double robust_variation(std::span<const double> values) {
  const double middle = values.empty() ? 0 : median(values);
  return middle > 0 ? robust_deviation(values) / middle : 0;
}

double autocorrelation(std::span<const double> values, std::size_t lag) {
  if (values.size() < lag + 2) return 0;
  const double center = mean(values);
  double variance = 0;
  for (const double value : values) variance += (value - center) * (value - center);
  if (!(variance > 0)) return 0;
  double together = 0;
  for (std::size_t i = 0; i + lag < values.size(); ++i) together += (values[i] - center) * (values[i + lag] - center);
  return together / variance;
}

double autocorrelation_time(std::span<const double> values) {
  double sum = autocorrelation(values, 1);
  if (!(sum > 0)) return 1;
  for (std::size_t lag = 2; lag + 2 < values.size(); lag += 2) {
    const double pair = autocorrelation(values, lag) + autocorrelation(values, lag + 1);
    if (!(pair > 0)) break;
    sum += pair;
  }
  return 1 + 2 * sum;
}

std::optional<double> session_spread(std::span<const double> sessions) {
  if (sessions.size() < kFewestSessions) return std::nullopt;
  std::vector<double> logs;
  for (const double value : sessions) {
    if (!(value > 0) || !std::isfinite(value)) return std::nullopt;
    logs.push_back(std::log(value));
  }
  const double center = mean(logs);
  double squares = 0;
  for (const double value : logs) squares += (value - center) * (value - center);
  return std::sqrt(squares / static_cast<double>(logs.size() - 1));
}

std::optional<double> session_change(std::span<const double> sessions) {
  const auto spread = session_spread(sessions);
  if (!spread) return std::nullopt;
  return std::expm1(student_quantile(static_cast<double>(sessions.size() - 1)) * std::sqrt(2.0) * *spread);
}

}  // namespace perfopt::stats
