// SPDX-License-Identifier: Apache-2.0
#include "perfopt/stats/sequential.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "perfopt/stats/noise.hpp"
#include "perfopt/stats/paired.hpp"
#include "perfopt/stats/signed_rank.hpp"

namespace perfopt::stats {
namespace {

// Ten pairs are the fewest that can show anything at the share of the first look (2^-10 < 0.005 * 0.2).
constexpr std::size_t kFirstLook = 10;
constexpr double kGrowth = 1.3;
// Geometric: early looks, which save time where the difference is plain, get more than late ones, and there is no last.
constexpr double kFirstShare = 0.2;
// More observations than this are averaged in blocks: the Walsh averages of n values are n^2 / 2.
constexpr std::size_t kMostObservations = 512;
constexpr double kPlainTail = 0.025;
constexpr double kPowerQuantile = 1.645;  // 95 times of 100
// Asymptotic relative efficiency of the signed rank to the mean under normal noise: 3 / pi.
constexpr double kEfficiency = 0.955;

// A mean of neighbours is as symmetric about 0 as they are, and free of their common disturbances.
std::vector<double> observations(std::span<const double> values) {
  const std::size_t block = (values.size() + kMostObservations - 1) / kMostObservations;
  std::vector<double> means;
  for (std::size_t i = 0; i + block <= values.size(); i += block) {
    const auto part = values.subspan(i, block);
    means.push_back(std::accumulate(part.begin(), part.end(), 0.0) / static_cast<double>(block));
  }
  return means;
}

// The statistic W+ of both signs. Zeros count half to each.
struct RankSums {
  double positive, negative;
};

RankSums rank_sums(const std::vector<double>& walsh) {
  const auto zeros = std::equal_range(walsh.begin(), walsh.end(), 0.0);
  const double half = static_cast<double>(zeros.second - zeros.first) / 2;
  return {static_cast<double>(walsh.end() - zeros.second) + half,
          static_cast<double>(zeros.first - walsh.begin()) + half};
}

model::Interval interval(const std::vector<double>& walsh, std::size_t n, double tail) {
  const std::size_t k = bound_rank(n, tail);
  const double estimate = std::exp(median(walsh));
  if (k == 0) return {estimate, 0, std::numeric_limits<double>::infinity()};
  return {estimate, std::exp(walsh[k - 1]), std::exp(walsh[walsh.size() - k])};
}

// Indices of `p`, the smallest value first; NaN stands for 1.
std::vector<std::size_t> ascending(std::vector<double>& p) {
  for (double& value : p) value = std::isnan(value) ? 1 : value;
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
  return order;
}

}  // namespace

Look look(std::size_t index) {
  auto pairs = static_cast<double>(kFirstLook);
  double share = kFirstShare;
  for (std::size_t i = 0; i < index; ++i) {
    pairs = std::ceil(pairs * kGrowth);
    share *= 1 - kFirstShare;
  }
  return {static_cast<std::size_t>(pairs), share};
}

Look next_look(std::size_t pairs) {
  std::size_t index = 0;
  while (look(index).pairs < pairs) ++index;
  return look(index);
}

std::optional<Evidence> weigh(std::span<const double> log_ratios, double error_rate) {
  std::optional<Evidence> evidence;
  for (std::size_t index = 0; look(index).pairs <= log_ratios.size(); ++index) {
    const auto [pairs, share] = look(index);
    const std::vector<double> values = observations(log_ratios.first(pairs));
    const std::vector<double> walsh = walsh_averages(values);
    const auto [positive, negative] = rank_sums(walsh);
    if (!evidence) evidence.emplace();
    evidence->pairs = pairs;
    evidence->p_slower = std::min(evidence->p_slower, upper_tail(values.size(), positive) / share);
    evidence->p_faster = std::min(evidence->p_faster, upper_tail(values.size(), negative) / share);
    evidence->ratio = interval(walsh, values.size(), kPlainTail);
    evidence->sure = interval(walsh, values.size(), error_rate / 2 * share);
    evidence->deviation = robust_deviation(log_ratios.first(pairs));
  }
  return evidence;
}

std::vector<double> holm(std::span<const double> p) {
  std::vector<double> adjusted(p.begin(), p.end());
  const std::vector<std::size_t> order = ascending(adjusted);
  double largest = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    double& value = adjusted[order[i]];
    largest = std::max(largest, value * static_cast<double>(order.size() - i));
    value = std::min(1.0, largest);
  }
  return adjusted;
}

std::vector<double> benjamini_hochberg(std::span<const double> p) {
  std::vector<double> adjusted(p.begin(), p.end());
  const std::vector<std::size_t> order = ascending(adjusted);
  double smallest = 1;
  for (std::size_t i = order.size(); i-- > 0;) {
    double& value = adjusted[order[i]];
    smallest = std::min(smallest, value * static_cast<double>(order.size()) / static_cast<double>(i + 1));
    value = smallest;
  }
  return adjusted;
}

model::Change decide(const Evidence& evidence, double p_slower, double p_faster, double margin, double error_rate) {
  if (evidence.sure.low > 1 / (1 + margin) && evidence.sure.high < 1 + margin) return model::Change::same;
  if (p_slower <= error_rate / 2) return model::Change::slower;
  if (p_faster <= error_rate / 2) return model::Change::faster;
  return model::Change::inconclusive;
}

double detectable_change(double deviation, std::size_t pairs, double error_rate) {
  if (pairs == 0) return std::numeric_limits<double>::infinity();
  const double z = normal_upper_quantile(error_rate / 2 * next_look(pairs).share) + kPowerQuantile;
  return std::expm1(z * deviation / std::sqrt(kEfficiency * static_cast<double>(pairs)));
}

}  // namespace perfopt::stats
