// SPDX-License-Identifier: Apache-2.0
#include "perfopt/stats/change_points.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>

#include "perfopt/stats/energy.hpp"
#include "perfopt/stats/paired.hpp"
#include "perfopt/stats/run_noise.hpp"
#include "perfopt/stats/trend.hpp"

namespace perfopt::stats {
namespace {

constexpr std::size_t kWindow = 3;                  // runs on each side that tell the surroundings of one
constexpr double kOutlier = 3.0;                    // times the noise
constexpr std::size_t kCompared = 200;              // runs next to a step that tell its size
constexpr std::size_t kFewestPlaced = kWindow + 1;  // runs on a side; fewer are an outlier
constexpr double k95 = 1.96;

using Values = std::span<const double>;

// Logarithms, with outliers drawn towards the median of what surrounds them.
std::vector<double> tamed(Values logs) {
  std::vector<double> around(logs.size());
  std::vector<double> off(logs.size());
  for (std::size_t i = 0; i < logs.size(); ++i) {
    const std::size_t from = i < kWindow ? 0 : i - kWindow;
    const std::size_t end = std::min(logs.size(), i + kWindow + 1);
    around[i] = median(logs.subspan(from, end - from));
    off[i] = std::abs(logs[i] - around[i]);
  }
  const double reach = kOutlier * kNormalMad * median(off);
  std::vector<double> result(logs.size());
  for (std::size_t i = 0; i < logs.size(); ++i) {
    result[i] = std::clamp(logs[i], around[i] - reach, around[i] + reach);
  }
  return result;
}

// Logarithm of after / before, and its standard error.
struct Step {
  double shift = 0;
  double error = 0;
  double noise = 0;  // of one run
  double worth = 0;  // how many independent runs the two sides are worth
};

Step step_between(Values before, Values after) {
  before = before.last(std::min(before.size(), kCompared));
  after = after.first(std::min(after.size(), kCompared));
  Step step;
  step.shift = shift_of(before, after);
  const RunNoise noise = run_noise(before, after);
  step.noise = noise.spread;
  const double n_before = static_cast<double>(before.size()) / noise.inflation;
  const double n_after = static_cast<double>(after.size()) / noise.inflation;
  step.error = noise.spread * std::sqrt(1 / n_before + 1 / n_after);
  step.worth = n_before + n_after;
  return step;
}

// The sum of distances from the levels between the changes.
double misfit_of_steps(Values values, const std::vector<std::size_t>& changes) {
  double sum = 0;
  std::size_t from = 0;
  for (std::size_t i = 0; i <= changes.size(); ++i) {
    const std::size_t end = i == changes.size() ? values.size() : changes[i];
    const double level = median(values.subspan(from, end - from));
    for (const double value : values.subspan(from, end - from)) sum += std::abs(value - level);
    from = end;
  }
  return sum;
}

class Search {
 public:
  Search(Values values, const ChangeOptions& options) : values_(values), options_(options) {}

  // Sorted places of all changes.
  std::vector<std::size_t> run() {
    divide(0, values_.size());
    std::sort(found_.begin(), found_.end());
    while (drop_weakest()) {
    }
    place();
    return found_;
  }

 private:
  // How far above what is asked for; at least 1 for a change.
  [[nodiscard]] double strength(std::size_t from, std::size_t at, std::size_t end) const {
    const Step step = step_between(values_.subspan(from, at - from), values_.subspan(at, end - at));
    const double size = std::abs(step.shift);
    if (size < options_.smallest || size < options_.over_noise * step.noise) return 0;
    // Few runs tell their own noise badly: the tails of Student's distribution.
    const double needed = options_.clearness * (1 + 6 / std::max(step.worth - 2, 1.0));
    return step.error > 0 ? size / step.error / needed : 1e9;
  }

  struct Candidate {
    std::size_t at = 0;
    double strength = 0;
  };

  [[nodiscard]] Candidate candidate(std::size_t from, std::size_t end) const {
    const Split split = energy_split(values_.subspan(from, end - from), options_.fewest);
    if (split.at == 0) return {};
    Candidate result{from + split.at, strength(from, from + split.at, end)};
    if (result.strength < 1) return result;
    const double chance = energy_p_value(values_.subspan(from, end - from), options_.fewest, split.statistic,
                                         options_.permutations, options_.error_rate);
    if (chance > options_.error_rate) result.strength = 0;
    return result;
  }

  // A level that comes and goes is no split of the whole, but one of a part.
  [[nodiscard]] Candidate best_candidate(std::size_t from, std::size_t end) const {
    Candidate best = candidate(from, end);
    for (std::size_t length = (end - from) / 2; best.strength < 1 && length >= 3 * options_.fewest; length /= 2) {
      for (std::size_t start = from; start + length <= end; start += length / 2) {
        const Candidate part = candidate(start, start + length);
        if (part.strength > best.strength) best = part;
      }
    }
    return best;
  }

  void divide(std::size_t from, std::size_t end) {
    if (end - from < 2 * options_.fewest) return;
    const Candidate best = best_candidate(from, end);
    if (best.strength < 1) return;
    found_.push_back(best.at);
    divide(from, best.at);
    divide(best.at, end);
  }

  // With all others known, each must stand between its neighbours.
  bool drop_weakest() {
    std::size_t weakest = 0;
    double least = 1;
    for (std::size_t i = 0; i < found_.size(); ++i) {
      const std::size_t from = i == 0 ? 0 : found_[i - 1];
      const std::size_t end = i + 1 == found_.size() ? values_.size() : found_[i + 1];
      const double value = strength(from, found_[i], end);
      if (value < least) {
        least = value;
        weakest = i;
      }
    }
    if (least >= 1) return false;
    found_.erase(found_.begin() + static_cast<std::ptrdiff_t>(weakest));
    return true;
  }

  // The test keeps `fewest` runs on each side, so that a step nearer to an end was found beside its place.
  void place() {
    for (std::size_t i = 0; i < found_.size(); ++i) {
      const std::size_t from = i == 0 ? 0 : found_[i - 1];
      const std::size_t end = i + 1 == found_.size() ? values_.size() : found_[i + 1];
      found_[i] = best_place(from, found_[i], end);
    }
  }

  // Near `at`, where two levels describe the runs best; the nearest of equals.
  [[nodiscard]] std::size_t best_place(std::size_t from, std::size_t at, std::size_t end) const {
    const std::size_t first = std::max(from, at - std::min(at, kCompared));
    const Values near = values_.subspan(first, std::min(end, at + kCompared) - first);
    std::size_t best = at;
    double least = misfit_of_steps(near, {at - first});
    for (std::size_t step = 1; step <= options_.fewest; ++step) {
      for (const std::size_t place : {at - std::min(step, at), at + step}) {
        if (place < from + kFewestPlaced || place + kFewestPlaced > end) continue;
        const double misfit = misfit_of_steps(near, {place - first});
        if (misfit >= least) continue;
        least = misfit;
        best = place;
      }
    }
    return best;
  }

  Values values_;
  const ChangeOptions& options_;
  std::vector<std::size_t> found_;
};

bool is_drift(Values values, const std::vector<std::size_t>& changes) {
  if (changes.empty() || values.size() > kMostOfLine) return false;
  const Line line = line_through(values);
  double misfit = 0;
  for (std::size_t i = 0; i < values.size(); ++i) misfit += std::abs(values[i] - line.at(static_cast<double>(i)));
  return misfit <= misfit_of_steps(values, changes);
}

}  // namespace

std::vector<ChangePoint> change_points(std::span<const double> values, const ChangeOptions& options) {
  std::vector<double> logs(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!(values[i] > 0) || !std::isfinite(values[i])) return {};
    logs[i] = std::log(values[i]);
  }
  const std::vector<double> quiet = tamed(logs);
  const std::vector<std::size_t> places = Search(quiet, options).run();
  if (is_drift(quiet, places)) return {};
  std::vector<ChangePoint> changes;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const std::size_t from = i == 0 ? 0 : places[i - 1];
    const std::size_t end = i + 1 == places.size() ? values.size() : places[i + 1];
    const Step step = step_between(std::span(quiet).subspan(from, places[i] - from),
                                   std::span(quiet).subspan(places[i], end - places[i]));
    const double half = k95 * (1 + 3 / std::max(step.worth - 2, 1.0)) * step.error;
    changes.push_back({places[i], {std::exp(step.shift), std::exp(step.shift - half), std::exp(step.shift + half)}});
  }
  return changes;
}

}  // namespace perfopt::stats
