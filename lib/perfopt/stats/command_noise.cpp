// SPDX-License-Identifier: Apache-2.0
#include "perfopt/stats/command_noise.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <limits>

#include "perfopt/core/units.hpp"
#include "perfopt/stats/command_summary.hpp"
#include "perfopt/stats/noise.hpp"
#include "perfopt/stats/paired.hpp"

namespace perfopt::stats {
namespace {

using model::Doubt;

constexpr std::size_t kFewest = 10;
// An outlier is this many robust deviations above the median; a shape below these relative sizes is no trouble.
constexpr double kFarOut = 6;
constexpr double kVisible = 0.05;
constexpr double kManyOutliers = 0.02;
// Neighbouring outliers as a multiple of what chance would put side by side.
constexpr double kClustered = 3;
// Two levels: what a cut explains of all squares. A uniform or normal series reaches 0.75 at most.
constexpr double kExplained = 0.85;
constexpr double kSmallestPart = 0.15;
// A command that takes less than this through a shell is mostly shell.
constexpr double kTooFastNs = 5e6;

struct Spread {
  double middle = 0, deviation = 0;
};

Spread spread_of(std::span<const double> values) {
  const double middle = median(values);
  return {middle, robust_deviation(values, middle)};
}

bool first_is_slow(std::span<const double> values) {
  const Spread rest = spread_of(values.subspan(1));
  const double excess = values.front() - rest.middle;
  return excess > kFarOut * rest.deviation && excess > 2 * kVisible * rest.middle;
}

Shape outliers_in(std::span<const double> values) {
  const Spread all = spread_of(values);
  const double limit = all.middle + std::max(kFarOut * all.deviation, kVisible * all.middle);
  double count = 0;
  double adjacent = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool out = values[i] > limit;
    count += out ? 1 : 0;
    adjacent += out && i > 0 && values[i - 1] > limit ? 1 : 0;
  }
  const auto total = static_cast<double>(values.size());
  if (count / total < kManyOutliers || count < 2) return Shape::calm;
  const double by_chance = (count - 1) * count / total;
  return adjacent >= 2 && adjacent > kClustered * by_chance ? Shape::bursts : Shape::outliers;
}

// The last third against the first: what drifts differs by more than both scatter.
bool drifts(std::span<const double> values) {
  const std::size_t third = values.size() / 3;
  const Spread first = spread_of(values.first(third));
  const Spread last = spread_of(values.last(third));
  const double step = std::abs(last.middle - first.middle);
  const double scatter = std::hypot(first.deviation, last.deviation) / std::sqrt(static_cast<double>(third));
  return step > kVisible * first.middle && step > kFarOut * 1.25 * scatter;  // 1.25: of a median
}

// Otsu's criterion: the best cut of the sorted values, by the share of the variance between both parts.
bool has_two_levels(std::span<const double> values) {
  std::vector<double> sorted(values.begin(), values.end());
  std::ranges::sort(sorted);
  // One far value would make a level of its own.
  const std::size_t trim = sorted.size() / 20;
  const auto kept = std::span(sorted).subspan(trim, sorted.size() - 2 * trim);
  const auto n = static_cast<double>(kept.size());
  double sum = 0;
  double squares = 0;
  for (const double value : kept) sum += value;
  const double mean = sum / n;
  for (const double value : kept) squares += (value - mean) * (value - mean);
  const auto fewest = static_cast<std::size_t>(std::ceil(kSmallestPart * n));
  double best = 0;
  double gap = 0;
  double low_sum = 0;
  for (std::size_t i = 1; i + fewest <= kept.size(); ++i) {
    low_sum += kept[i - 1];
    if (i < fewest) continue;
    const auto low = static_cast<double>(i);
    const double distance = (sum - low_sum) / (n - low) - low_sum / low;
    const double between = low * (n - low) / n * distance * distance;
    if (between > best) {
      best = between;
      gap = distance;
    }
  }
  return squares > 0 && best / squares > kExplained && gap > kVisible * mean;
}

std::string percent_more(double value, double than) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.0f %%", 100 * (value / than - 1));
  return text.data();
}

// Subject, finding and advice, as a person would say them.
Doubt doubt_of(Shape shape, const std::string& name, std::span<const double> wall, const std::string& culprit) {
  const std::string who = culprit.empty() ? "see `top` for who" : culprit;
  switch (shape) {
    case Shape::slow_first:
      return {
          "first run",
          "the first run of " + name + " took " + percent_more(wall.front(), median(wall)) +
              " longer than the others: caches were cold",
          "--warmup 3 measures with warm caches; --prepare 'sync; echo 3 > /proc/sys/vm/drop_caches' (as root) with "
          "cold ones in every run"};
    case Shape::bursts:
      return {"outliers", "slow runs of " + name + " come in bursts: something else ran at times",
              who + "; stop it, or measure again when it is over"};
    case Shape::outliers:
      return {"outliers", "single runs of " + name + " are much slower than the others, as when they are interrupted",
              who + "; the median is hardly touched by them, the mean is"};
    case Shape::drift:
      if (median(wall.last(wall.size() / 3)) < median(wall.first(wall.size() / 3))) {
        return {"drift", name + " became faster over its runs", "--warmup 10 lets caches and the CPU's clock settle"};
      }
      return {"drift", name + " became slower over its runs",
              "the CPU throttles, or what it works on grows; --prepare puts the state back before each run"};
    case Shape::two_levels:
      return {"two levels", "the runs of " + name + " are of two kinds, a fast and a slow one",
              "something switches between runs: CPU frequency, another CPU's hyperthread, address layout, or a cache "
              "that is sometimes hit; --cpu N and --prepare narrow it down"};
    case Shape::calm:
      break;
  }
  return {};
}

void add_shell_doubt(const model::CommandRuns& document, std::vector<Doubt>& doubts) {
  if (!document.shell) return;
  const model::Interval& cost = document.shell->median_ns;
  double shortest = std::numeric_limits<double>::infinity();
  std::string name;
  for (const model::MeasuredCommand& command : document.commands) {
    if (!command.summary || command.summary->median_ns.estimate >= shortest) continue;
    shortest = command.summary->median_ns.estimate;
    name = command.name;
  }
  if (shortest >= kTooFastNs) return;
  doubts.push_back({"shell",
                    name + " takes " + format_duration_ns(shortest) + "; the shell around it " +
                        format_duration_ns(cost.estimate) + " (" + format_duration_ns(cost.low) + " to " +
                        format_duration_ns(cost.high) + "), which is taken off",
                    "-N runs the command without a shell"});
}

}  // namespace

std::vector<Shape> shapes_of(std::span<const double> wall_ns) {
  if (wall_ns.size() < kFewest) return {Shape::calm};
  std::vector<Shape> shapes;
  if (first_is_slow(wall_ns)) shapes.push_back(Shape::slow_first);
  const auto rest = wall_ns.subspan(1);
  const bool levels = has_two_levels(rest);
  const bool moves = drifts(rest);
  // A step is both; what moves is the better word for it. Where there are two levels, the upper one is no outlier.
  if (moves) shapes.push_back(Shape::drift);
  if (levels && !moves) shapes.push_back(Shape::two_levels);
  if (const Shape out = outliers_in(rest); out != Shape::calm && !levels && !moves) shapes.push_back(out);
  if (shapes.empty()) shapes.push_back(Shape::calm);
  return shapes;
}

std::vector<Doubt> noise_of(const model::CommandRuns& document, const std::string& culprit) {
  std::vector<Doubt> doubts;
  for (const model::MeasuredCommand& command : document.commands) {
    for (const Shape shape : shapes_of(command.runs.wall_ns)) {
      if (shape == Shape::calm) continue;
      Doubt doubt = doubt_of(shape, "'" + command.name + "'", command.runs.wall_ns, culprit);
      // Once a kind: a sweep of a hundred commands met the same neighbour.
      if (std::ranges::find(doubts, doubt.subject, &Doubt::subject) == doubts.end()) doubts.push_back(std::move(doubt));
    }
  }
  add_shell_doubt(document, doubts);
  return doubts;
}

}  // namespace perfopt::stats
