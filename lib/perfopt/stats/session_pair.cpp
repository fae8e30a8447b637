// SPDX-License-Identifier: Apache-2.0
#include "perfopt/stats/session_pair.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <span>
#include <vector>

#include "perfopt/core/units.hpp"
#include "perfopt/stats/paired.hpp"

namespace perfopt::stats {
namespace {

using model::Change;
using model::ComparedBenchmark;
using model::Result;

// The mean of 100 samples varied 16 to 36 times as much as independent ones would: this many are worth one.
constexpr double kSamplesOfOne = 36;
constexpr double kQuartilesOfNormal = 1.349;  // interquartile range of a normal distribution / its deviation
constexpr double kMedianOfNormal = 1.2533;    // deviation of the median / deviation of the mean
constexpr double kTwoSided95 = 1.96;
constexpr std::size_t kMostPairs = 2000;  // the interval of a ratio takes their square in memory
constexpr std::size_t kFewestForDrift = 6;
constexpr std::size_t kFewestForScatter = 5;  // fewer show less than there is

// A session scatters within itself by less than it differs from the next.
constexpr double kScatterFactor = 5;
constexpr double kSettled = 0.02;    // computing code scattered by less
constexpr double kUnsettled = 0.06;  // and code that waits for memory by more

// Counts repeat, except for what is a mean over many executions.
constexpr double kCountNoise = 0.01;

double drift_of(std::span<const double> samples) {
  if (samples.size() < kFewestForDrift) return 0;
  const auto half = samples.size() / 2;
  const double first = median(samples.first(half));
  const double second = median(samples.last(half));
  return first > 0 && second > 0 ? std::abs(std::log(second / first)) : 0;
}

bool is_time(const Result& result) {
  return result.unit == "ns";
}

bool is_count(const Result& result) {
  return result.unit == "bytes" || result.unit == "1";
}

std::string signed_percent(double ratio) {
  char text[32];
  (void)std::snprintf(text, sizeof text, "%+.3g %%", 100 * (ratio - 1));
  return text;
}

// Why the two cannot be weighed at all; "" when they can.
std::string failure_of(const Result& base, const Result& changed) {
  if (!base.failure.empty() && !changed.failure.empty()) return "it failed on both sides: " + changed.failure;
  if (!base.failure.empty()) return "it failed on the base's side: " + base.failure;
  if (!changed.failure.empty()) return "it failed on the changed side: " + changed.failure;
  const bool told = !base.checksum.empty() && !changed.checksum.empty() && base.input == changed.input;
  if (told && base.checksum != changed.checksum) {
    return "the outputs differ: " + base.checksum + " and " + changed.checksum;
  }
  if (base.unit != changed.unit || base.higher_is_better != changed.higher_is_better) {
    return "not the same quantity: " + base.unit + " and " + changed.unit;
  }
  return "";
}

// Of values of which one is 0: a ratio says nothing. Empty when there is one.
std::optional<Change> verdict_of_zero(double base, double changed) {
  if (base > 0 && changed > 0) return std::nullopt;
  if (base == changed) return Change::same;
  return changed > base ? Change::slower : Change::faster;
}

void judge_zero(const Result& base, Change verdict, ComparedBenchmark& row) {
  if (is_count(base)) {
    row.verdict = verdict;
    row.reason = verdict == Change::same ? "both are 0" : "one side is 0: there is no ratio";
  } else {
    row.reason = "one side is 0: there is no ratio to judge";
  }
}

Change change_of(const model::Interval& sure, double margin) {
  if (sure.low >= 1 / (1 + margin) && sure.high <= 1 + margin) return Change::same;
  if (sure.low > 1) return Change::slower;
  return sure.high < 1 ? Change::faster : Change::inconclusive;
}

std::string reason_of(Change verdict, double ratio, const ExpectedNoise& noise) {
  const std::string change = signed_percent(ratio);
  const std::string may = format_percent(noise.share) + " that two sessions may differ by (" + noise.because + ")";
  if (verdict == Change::inconclusive) return change + " is not surely more than the " + may;
  if (verdict == Change::same) return change + ", and no more than the margin even with the " + may;
  return change + ", more than the " + may;
}

void judge(const Session& base, const Session& changed, const ExpectedNoise& noise, bool higher_is_better,
           ComparedBenchmark& row) {
  const double ratio = higher_is_better ? base.median / changed.median : changed.median / base.median;
  const double within = std::exp(std::hypot(base.uncertainty, changed.uncertainty));
  const double between = 1 + noise.share;
  row.ratio = model::Interval{ratio, ratio / within, ratio * within};
  row.sure = model::Interval{ratio, ratio / within / between, ratio * within * between};
  row.detectable = within * between - 1;
  row.session_noise = noise.share;
  row.verdict = change_of(*row.sure, row.margin);
  row.reason = reason_of(row.verdict, ratio, noise);
}

}  // namespace

Session session_of(const Result& result) {
  std::vector<double> samples;
  for (const double value : result.samples) {
    if (std::isfinite(value) && value >= 0) samples.push_back(value);
  }
  Session session;
  session.samples = samples.size();
  session.median = median(samples);
  if (samples.size() > 1 && session.median > 0) {
    const double range = (quantile(samples, 0.75) - quantile(samples, 0.25)) / session.median;
    session.scatter = std::max(range, drift_of(samples));
  } else if (result.spread && *result.spread >= 0) {
    session.scatter = result.spread;
  }
  const double independent = std::max(1.0, static_cast<double>(samples.size()) / kSamplesOfOne);
  const double deviation = session.scatter.value_or(0) / kQuartilesOfNormal;
  session.uncertainty = kTwoSided95 * kMedianOfNormal * deviation / std::sqrt(independent);
  return session;
}

ExpectedNoise expected_noise(const Session& base, const Session& changed, const SessionOptions& options) {
  const SessionNoise& noise = options.noise;
  const std::string source = options.noise_is_measured ? ", as measured on this machine" : "";
  if (!base.scatter || !changed.scatter) {
    return {noise.memory, "a single value does not tell how it scatters" + source};
  }
  const double scatter = std::max(*base.scatter, *changed.scatter);
  const double share = kScatterFactor * scatter;
  const std::string because = "its samples scatter by " + format_percent(scatter) + source;
  if (scatter > kUnsettled) return {std::max(noise.memory, share), because};
  const std::size_t fewest = std::min(base.samples, changed.samples);
  if (fewest > 1 && fewest < kFewestForScatter) {
    return {std::max(noise.allocation, share), "there are but " + std::to_string(fewest) + " samples of it" + source};
  }
  return {std::max(scatter > kSettled ? noise.allocation : noise.compute, share), because};
}

ComparedBenchmark compare_pair(const Result& base, const Result& changed, const SessionOptions& options,
                               const FileConditions& conditions) {
  ComparedBenchmark row;
  row.name = changed.name;
  row.metric = changed.metric;
  row.unit = changed.unit;
  row.margin = options.margin_of ? options.margin_of(changed.name) : options.threshold;
  row.reason = failure_of(base, changed);
  if (!row.reason.empty()) {
    row.verdict = Change::failed;
    return row;
  }
  const Session before = session_of(base);
  const Session after = session_of(changed);
  if (before.samples == 0 || after.samples == 0) {
    row.verdict = Change::failed;
    row.reason = "there are no samples of it";
    return row;
  }
  row.base = before.median;
  row.changed = after.median;
  const auto zero = verdict_of_zero(before.median, after.median);
  if (!is_count(base) && !conditions.obstacle.empty()) {
    row.reason = conditions.obstacle;
  } else if (zero) {
    judge_zero(base, *zero, row);
  } else if (is_count(base)) {
    judge(before, after, {kCountNoise, "a count repeats"}, base.higher_is_better, row);
  } else {
    const ExpectedNoise own = expected_noise(before, after, options);
    judge(before, after, own.share < conditions.least.share ? conditions.least : own, base.higher_is_better, row);
  }
  return row;
}

std::optional<RelativeChange> relative_change(const Paired& base, const Paired& changed) {
  if (!is_time(*base.variant) || !is_time(*changed.variant)) return std::nullopt;
  if (std::max(base.variant->samples.size(), changed.variant->samples.size()) > kMostPairs) return std::nullopt;
  const auto before = paired_ratio(base.variant->samples, base.baseline->samples);
  const auto after = paired_ratio(changed.variant->samples, changed.baseline->samples);
  if (!before || !after) return std::nullopt;
  return RelativeChange{before->estimate,
                        after->estimate,
                        {after->estimate / before->estimate, after->low / before->high, after->high / before->low}};
}

}  // namespace perfopt::stats
