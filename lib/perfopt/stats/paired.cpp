// SPDX-License-Identifier: Apache-2.0
#include "perfopt/stats/paired.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "perfopt/stats/signed_rank.hpp"

namespace perfopt::stats {
namespace {

constexpr double kTail = 0.025;

bool positive(double value) {
  return std::isfinite(value) && value > 0;
}

}  // namespace

double quantile(std::span<const double> values, double q) {
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  const double at = q * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

std::optional<model::Interval> paired_ratio(std::span<const double> numerator, std::span<const double> denominator) {
  const std::size_t n = numerator.size();
  if (n != denominator.size() || n < kFewestPairs) return std::nullopt;
  std::vector<double> logs(n);
  for (std::size_t i = 0; i < n; ++i) {
    if (!positive(numerator[i]) || !positive(denominator[i])) return std::nullopt;
    logs[i] = std::log(numerator[i] / denominator[i]);
  }
  const std::vector<double> walsh = walsh_averages(logs);
  const std::size_t k = std::max(bound_rank(n, kTail), std::size_t{1});
  return model::Interval{std::exp(median(walsh)), std::exp(walsh[k - 1]), std::exp(walsh[walsh.size() - k])};
}

}  // namespace perfopt::stats
