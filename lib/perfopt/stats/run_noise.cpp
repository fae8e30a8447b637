// SPDX-License-Identifier: Apache-2.0
#include "perfopt/stats/run_noise.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "perfopt/stats/paired.hpp"

namespace perfopt::stats {
namespace {

constexpr double kMostCorrelation = 0.9;  // beyond, a level means nothing

std::vector<double> about_median(std::span<const double> values) {
  const double level = median(values);
  std::vector<double> off(values.begin(), values.end());
  for (double& value : off) value -= level;
  return off;
}

double products(const std::vector<double>& values, std::size_t lag) {
  double sum = 0;
  for (std::size_t i = lag; i < values.size(); ++i) sum += values[i] * values[i - lag];
  return sum;
}

}  // namespace

RunNoise run_noise(std::span<const double> before, std::span<const double> after) {
  const std::vector<double> left = about_median(before);
  const std::vector<double> right = about_median(after);
  const auto n = static_cast<double>(left.size() + right.size());
  const double squares = products(left, 0) + products(right, 0);
  if (!(squares > 0) || n <= 2) return {};

  std::vector<double> distances;
  for (const double value : left) distances.push_back(std::abs(value));
  for (const double value : right) distances.push_back(std::abs(value));
  RunNoise noise;
  noise.spread = std::max(std::sqrt(squares / (n - 2)), kNormalMad * median(distances));

  const double seen = (products(left, 1) + products(right, 1)) / squares;
  // Two estimated levels: about twice the bias of one, -(1 + 4 r) / n (Kendall 1954).
  const double correlation = std::clamp(seen + 2 * (1 + 4 * std::max(seen, 0.0)) / n, 0.0, kMostCorrelation);
  noise.inflation = (1 + correlation) / (1 - correlation);
  return noise;
}

double shift_of(std::span<const double> before, std::span<const double> after) {
  std::vector<double> differences;
  differences.reserve(before.size() * after.size());
  for (const double late : after) {
    for (const double early : before) differences.push_back(late - early);
  }
  return median(differences);
}

}  // namespace perfopt::stats
