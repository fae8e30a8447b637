// SPDX-License-Identifier: Apache-2.0
// compare_runs() of run_history.hpp.
#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <optional>
#include <utility>

#include "perfopt/core/timestamp.hpp"
#include "perfopt/stats/paired.hpp"
#include "perfopt/stats/run_history.hpp"
#include "perfopt/stats/run_noise.hpp"
#include "perfopt/stats/signed_rank.hpp"

namespace perfopt::stats {
namespace {

using model::Change;

constexpr double kErrorRate = 0.01;
constexpr double kPower = 1.645;  // a change that is found 95 times of 100 exceeds the bound by this many errors

struct Medians {
  std::string name, unit;
  bool higher_is_better = false;
  std::vector<double> base, changed;
};

std::vector<Medians> medians_of(const RunsToCompare& base, const RunsToCompare& changed) {
  std::map<std::pair<std::string, std::string>, std::size_t> places;
  std::vector<Medians> all;
  const auto add = [&](const RunsToCompare& side, std::vector<double> Medians::* into) {
    for (const model::HistoryRun& run : side.runs) {
      for (const model::HistoryResult& result : run.results) {
        const auto [place, is_new] = places.try_emplace({result.name, result.unit}, all.size());
        if (is_new) all.push_back({result.name, result.unit, result.higher_is_better, {}, {}});
        (all[place->second].*into).push_back(result.median);
      }
    }
  };
  add(base, &Medians::base);
  add(changed, &Medians::changed);
  return all;
}

std::vector<double> logs_of(const std::vector<double>& values) {
  std::vector<double> logs;
  for (const double value : values) logs.push_back(std::log(value));
  return logs;
}

bool positive(const std::vector<double>& values) {
  return std::ranges::all_of(values, [](double value) { return value > 0 && std::isfinite(value); });
}

// Upper tail of the standard normal distribution.
double tail(double z) {
  return std::erfc(z / std::numbers::sqrt2) / 2;
}

// The logarithm of changed / base of what should be small, base / changed of what should be large, and its error. Few
// runs tell their noise badly, which widens it towards the tails of Student's distribution.
struct Shift {
  double estimate = 0;
  double error = 0;
};

Shift shift_between(const Medians& medians) {
  const std::vector<double> base = logs_of(medians.base);
  const std::vector<double> changed = logs_of(medians.changed);
  const RunNoise noise = run_noise(base, changed);
  const auto n_base = static_cast<double>(base.size());
  const auto n_changed = static_cast<double>(changed.size());
  const double wider = 1 + 3 / std::max(n_base + n_changed - 2, 1.0);
  const double shift = shift_of(base, changed);
  return {medians.higher_is_better ? -shift : shift,
          wider * noise.spread * std::sqrt(noise.inflation * (1 / n_base + 1 / n_changed))};
}

// p-values of one benchmark: that it is not slower, that it is not faster.
struct Chances {
  std::size_t benchmark = 0;
  double slower = 1, faster = 1;
};

std::string runs_text(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " run" : " runs");
}

// Everything but the verdict of one that can be judged, which depends on the family.
model::ComparedBenchmark described(const Medians& medians, double threshold, std::optional<Shift>& shift) {
  model::ComparedBenchmark one;
  one.name = medians.name;
  one.unit = medians.unit;
  one.metric = medians.unit == "ns" ? "time" : medians.unit;
  one.margin = threshold;
  if (!medians.base.empty()) one.base = median(medians.base);
  if (!medians.changed.empty()) one.changed = median(medians.changed);
  if (medians.base.empty() || medians.changed.empty()) {
    one.verdict = medians.base.empty() ? Change::added : Change::missing;
    one.reason = medians.base.empty() ? "no run of the base has it" : "no run of the changed side has it";
    return one;
  }
  if (!positive(medians.base) || !positive(medians.changed)) {
    one.reason = "a value is not positive: there is no ratio";
    return one;
  }
  if (std::min(medians.base.size(), medians.changed.size()) < kFewestRuns) {
    const double ratio = medians.higher_is_better ? *one.base / *one.changed : *one.changed / *one.base;
    one.ratio = model::Interval{ratio, std::nan(""), std::nan("")};
    one.reason = runs_text(medians.base.size()) + " against " + runs_text(medians.changed.size()) + ": fewer than " +
                 std::to_string(kFewestRuns) + " a side do not tell how much runs differ";
    return one;
  }
  shift = shift_between(medians);
  const double half = 1.96 * shift->error;
  one.ratio =
      model::Interval{std::exp(shift->estimate), std::exp(shift->estimate - half), std::exp(shift->estimate + half)};
  one.reason = runs_text(medians.base.size()) + " against " + runs_text(medians.changed.size());
  return one;
}

Chances chances_of(const Shift& shift, std::size_t benchmark) {
  if (!(shift.error > 0)) return {benchmark, shift.estimate > 0 ? 0.0 : 1.0, shift.estimate < 0 ? 0.0 : 1.0};
  return {benchmark, tail(shift.estimate / shift.error), tail(-shift.estimate / shift.error)};
}

// Holm's step-down: p-values multiplied by how many of the family are still open, and never less than one before.
void decide(std::vector<Chances> family, const std::vector<std::optional<Shift>>& shifts,
            std::vector<model::ComparedBenchmark>& all) {
  std::ranges::sort(family, {}, [](const Chances& one) { return std::min(one.slower, one.faster); });
  double least = 0;
  for (std::size_t i = 0; i < family.size(); ++i) {
    model::ComparedBenchmark& one = all[family[i].benchmark];
    const Shift& shift = *shifts[family[i].benchmark];
    const double open = static_cast<double>(family.size() - i);
    least = std::max(least, std::min(1.0, 2 * open * std::min(family[i].slower, family[i].faster)));
    const bool slower = family[i].slower < family[i].faster;
    (slower ? one.p_slower : one.p_faster) = least;
    (slower ? one.p_faster : one.p_slower) = 1;
    const double bound = normal_upper_quantile(kErrorRate / 2 / open);
    const double margin = std::log1p(one.margin);
    one.sure = model::Interval{one.ratio->estimate, std::exp(shift.estimate - bound * shift.error),
                               std::exp(shift.estimate + bound * shift.error)};
    one.detectable = std::expm1((bound + kPower) * shift.error);
    if (std::abs(shift.estimate) + bound * shift.error <= margin) {
      one.verdict = Change::same;
    } else if (least <= kErrorRate) {
      one.verdict = slower ? Change::slower : Change::faster;
    } else {
      one.reason += ": the runs differ too much among themselves";
    }
  }
}

model::ComparedSide side_of(const RunsToCompare& side) {
  model::ComparedSide described;
  described.label = side.label;
  described.command = runs_text(side.runs.size());
  if (side.runs.empty()) return described;
  described.commit = side.runs.back().commit;
  described.tool = side.runs.back().tool;
  described.started = side.runs.back().started;
  return described;
}

}  // namespace

model::Comparison compare_runs(const RunsToCompare& base, const RunsToCompare& changed, double threshold) {
  model::Comparison comparison;
  comparison.started = utc_text(utc_now_s());
  comparison.method = model::CompareMethod::files;
  comparison.base = side_of(base);
  comparison.changed = side_of(changed);
  comparison.settings.threshold = threshold;
  comparison.settings.error_rate = kErrorRate;
  comparison.settings.family = "holm";
  const std::vector<Medians> medians = medians_of(base, changed);
  std::vector<std::optional<Shift>> shifts(medians.size());
  std::vector<Chances> family;
  bool too_few = false;
  for (std::size_t i = 0; i < medians.size(); ++i) {
    comparison.benchmarks.push_back(described(medians[i], threshold, shifts[i]));
    if (shifts[i]) family.push_back(chances_of(*shifts[i], i));
    too_few = too_few || (!shifts[i] && comparison.benchmarks.back().verdict == Change::inconclusive);
  }
  decide(std::move(family), shifts, comparison.benchmarks);
  if (too_few) {
    comparison.advice = "record at least " + std::to_string(kFewestRuns) +
                        " runs of each side, or measure both in turns: perfbench compare --run 'BASE' 'NEW'";
  }
  return comparison;
}

}  // namespace perfopt::stats
