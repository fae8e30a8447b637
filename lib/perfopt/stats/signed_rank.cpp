// SPDX-License-Identifier: Apache-2.0
#include "perfopt/stats/signed_rank.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace perfopt::stats {
namespace {

// Above this the exact distribution, which costs n^3, is not worth its price.
constexpr std::size_t kExactUpTo = 60;

// P(W+ = s) for s = 0 ... n(n+1)/2. W+ is a sum of each rank 1..n with probability one half.
std::vector<double> distribution(std::size_t n) {
  std::vector<double> probability(n * (n + 1) / 2 + 1, 0.0);
  probability[0] = 1;
  for (std::size_t rank = 1; rank <= n; ++rank) {
    for (std::size_t sum = rank * (rank + 1) / 2 + 1; sum-- > 0;) {
      const double with = sum >= rank ? probability[sum - rank] : 0;
      probability[sum] = (probability[sum] + with) / 2;
    }
  }
  return probability;
}

// P(W+ <= s), computed once for each n that is asked for.
const std::vector<double>& cumulative(std::size_t n) {
  thread_local std::array<std::vector<double>, kExactUpTo + 1> known;
  std::vector<double>& sums = known[n];
  if (sums.empty()) {
    sums = distribution(n);
    for (std::size_t i = 1; i < sums.size(); ++i) sums[i] += sums[i - 1];
  }
  return sums;
}

struct Moments {
  double mean, deviation;
};

Moments moments(std::size_t n) {
  const auto count = static_cast<double>(n);
  return {count * (count + 1) / 4, std::sqrt(count * (count + 1) * (2 * count + 1) / 24)};
}

double normal_upper_tail(double z) {
  return std::erfc(z / std::numbers::sqrt2) / 2;
}

}  // namespace

std::vector<double> walsh_averages(std::span<const double> values) {
  std::vector<double> averages;
  averages.reserve(values.size() * (values.size() + 1) / 2);
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (std::size_t j = i; j < values.size(); ++j) averages.push_back((values[i] + values[j]) / 2);
  }
  std::sort(averages.begin(), averages.end());
  return averages;
}

double upper_tail(std::size_t n, double sum) {
  if (n > kExactUpTo) {
    const auto [mean, deviation] = moments(n);
    return normal_upper_tail((sum - 0.5 - mean) / deviation);
  }
  // Symmetric: P(W+ >= s) = P(W+ <= total - s). Half ranks, of observations that are 0, count against the evidence.
  const double below = std::ceil(static_cast<double>(n * (n + 1)) / 2 - sum);
  if (below < 0) return 0;
  const std::vector<double>& sums = cumulative(n);
  return sums[std::min(static_cast<std::size_t>(below), sums.size() - 1)];
}

std::size_t bound_rank(std::size_t n, double tail) {
  if (n > kExactUpTo) {
    const auto [mean, deviation] = moments(n);
    return static_cast<std::size_t>(std::max(0.0, std::floor(mean - normal_upper_quantile(tail) * deviation)));
  }
  const std::vector<double>& sums = cumulative(n);
  return static_cast<std::size_t>(std::upper_bound(sums.begin(), sums.end(), tail) - sums.begin());
}

double normal_upper_quantile(double tail) {
  double low = 0;
  double high = 40;
  constexpr int kHalvings = 60;
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = (low + high) / 2;
    (normal_upper_tail(middle) > tail ? low : high) = middle;
  }
  return high;
}

}  // namespace perfopt::stats
