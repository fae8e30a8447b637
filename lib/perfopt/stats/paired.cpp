// SPDX-License-Identifier: Apache-2.0
#include "perfopt/stats/paired.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace perfopt::stats {
namespace {

// Above this the signed-rank distribution is normal to three digits, and the exact one costs n^3.
constexpr std::size_t kExactUpTo = 60;
constexpr double kTail = 0.025;

// Largest k with P(W+ <= k - 1) <= 0.025 under the null: the k-th smallest and k-th largest Walsh averages bound the
// interval. W+ is a sum of each rank 1..n with probability one half.
std::size_t exact_rank(std::size_t n) {
  std::vector<double> probability(n * (n + 1) / 2 + 1, 0.0);
  probability[0] = 1;
  for (std::size_t rank = 1; rank <= n; ++rank) {
    for (std::size_t sum = rank * (rank + 1) / 2 + 1; sum-- > 0;) {
      const double with = sum >= rank ? probability[sum - rank] : 0;
      probability[sum] = (probability[sum] + with) / 2;
    }
  }
  double cumulative = 0;
  std::size_t k = 0;
  while (cumulative + probability[k] <= kTail) cumulative += probability[k++];
  return k;
}

std::size_t approximate_rank(std::size_t n) {
  const auto count = static_cast<double>(n);
  const double mean = count * (count + 1) / 4;
  const double deviation = std::sqrt(count * (count + 1) * (2 * count + 1) / 24);
  return static_cast<std::size_t>(std::max(1.0, std::floor(mean - 1.959964 * deviation)));
}

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
  std::vector<double> walsh;
  walsh.reserve(n * (n + 1) / 2);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = i; j < n; ++j) walsh.push_back((logs[i] + logs[j]) / 2);
  }
  std::sort(walsh.begin(), walsh.end());
  const std::size_t k = n <= kExactUpTo ? exact_rank(n) : approximate_rank(n);
  return model::Interval{std::exp(median(walsh)), std::exp(walsh[k - 1]), std::exp(walsh[walsh.size() - k])};
}

}  // namespace perfopt::stats
