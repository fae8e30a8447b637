// SPDX-License-Identifier: Apache-2.0
#include "perfopt/stats/energy.hpp"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "perfopt/core/random.hpp"

namespace perfopt::stats {
namespace {

// A set of values out of a known list, and the sum of distances of any of them to it: two Fenwick trees over ranks.
class DistanceSums {
 public:
  explicit DistanceSums(const std::vector<double>& sorted)
      : sorted_(sorted), counts_(sorted.size() + 1), sums_(sorted.size() + 1) {}

  void add(std::size_t rank, double times) {
    const double value = sorted_[rank];
    count_ += times;
    sum_ += times * value;
    for (std::size_t i = rank + 1; i < counts_.size(); i += i & (~i + 1)) {
      counts_[i] += times;
      sums_[i] += times * value;
    }
  }

  [[nodiscard]] double to(std::size_t rank) const {
    double count = 0;
    double sum = 0;
    for (std::size_t i = rank + 1; i > 0; i -= i & (~i + 1)) {
      count += counts_[i];
      sum += sums_[i];
    }
    const double value = sorted_[rank];
    return (value * count - sum) + ((sum_ - sum) - value * (count_ - count));
  }

 private:
  const std::vector<double>& sorted_;
  std::vector<double> counts_, sums_;
  double count_ = 0, sum_ = 0;
};

// The list of values that all orders of them share.
struct Ranked {
  std::vector<double> sorted;
  std::vector<std::size_t> ranks;  // of each value, in the order given
};

Ranked ranked(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  Ranked result{std::vector<double>(values.size()), std::vector<std::size_t>(values.size())};
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    result.sorted[rank] = values[order[rank]];
    result.ranks[order[rank]] = rank;
  }
  return result;
}

double pairs(double n) {
  return n * (n - 1) / 2;
}

Split best_split(const std::vector<double>& sorted, std::span<const std::size_t> ranks, std::size_t fewest) {
  const std::size_t n = ranks.size();
  DistanceSums left(sorted);
  DistanceSums right(sorted);
  double within_right = 0;
  for (const std::size_t rank : ranks) {
    within_right += right.to(rank);
    right.add(rank, 1);
  }
  const double total = within_right;
  double within_left = 0;
  Split best;
  for (std::size_t at = 1; at + fewest <= n; ++at) {
    const std::size_t moved = ranks[at - 1];
    right.add(moved, -1);
    within_right -= right.to(moved);
    within_left += left.to(moved);
    left.add(moved, 1);
    if (at < fewest) continue;
    const auto n_left = static_cast<double>(at);
    const auto n_right = static_cast<double>(n - at);
    const double between = total - within_left - within_right;
    const double distance =
        2 * between / (n_left * n_right) - within_left / pairs(n_left) - within_right / pairs(n_right);
    const double statistic = n_left * n_right / (n_left + n_right) * distance;
    if (best.at == 0 || statistic > best.statistic) best = {at, statistic};
  }
  return best;
}

}  // namespace

Split energy_split(std::span<const double> values, std::size_t fewest) {
  if (values.size() < 2 * fewest) return {};
  const Ranked all = ranked(values);
  return best_split(all.sorted, all.ranks, fewest);
}

double energy_p_value(std::span<const double> values, std::size_t fewest, double statistic, unsigned permutations,
                      double enough) {
  Ranked all = ranked(values);
  Random random(values.size());
  const double total = permutations + 1.0;
  double as_clear = 1;  // the order that was seen
  for (unsigned i = 0; i < permutations && as_clear <= enough * total; ++i) {
    for (std::size_t k = all.ranks.size(); k > 1; --k) std::swap(all.ranks[k - 1], all.ranks[random.below(k)]);
    if (best_split(all.sorted, all.ranks, fewest).statistic >= statistic) ++as_clear;
  }
  return as_clear / total;
}

}  // namespace perfopt::stats
