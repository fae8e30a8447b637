// SPDX-License-Identifier: Apache-2.0
#include "perfopt/stats/profile_diff.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "perfopt/core/error.hpp"
#include "perfopt/stats/share_series.hpp"

namespace perfopt::stats {
namespace {

using model::DiffedProfile;
using model::FunctionChange;
using model::FunctionShare;
using model::FunctionVerdict;
using model::Interval;
using model::ProfileDiff;

constexpr double kFewestSamples = 10;  // of a function in both profiles
constexpr double kSmallestShare = 1e-3;
constexpr double kNormal95 = 1.959964;
constexpr double kPower80 = 0.841621;  // quantile 0.8 of the normal distribution

double two_sided_p(double z) {
  return std::erfc(std::abs(z) / std::numbers::sqrt2);
}

// The quantile of the normal distribution that is as far out as `t` of Student's with so many degrees of freedom.
// Source: Wallace, Ann. Math. Stat. 30(4), 1959.
double as_normal(double t, double degrees) {
  if (!std::isfinite(degrees) || degrees <= 0) return t;
  return (8 * degrees + 1) / (8 * degrees + 3) * std::sqrt(degrees * std::log1p(t * t / degrees));
}

// The z whose two-sided p is `p`, by bisection: p falls with z.
double two_sided_z(double p) {
  double low = 0;
  double high = 40;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (two_sided_p(middle) > p ? low : high) = middle;
  }
  return low;
}

std::uint64_t value_of(const ShareSeries::Sums& sums, const std::string& function) {
  const auto found = sums.find(function);
  return found == sums.end() ? 0 : found->second;
}

double share_of(std::uint64_t value, const ShareSeries& series) {
  return series.sum() == 0 ? 0 : static_cast<double>(value) / static_cast<double>(series.sum());
}

Interval around(double estimate, double deviation) {
  return {estimate, estimate - kNormal95 * deviation, estimate + kNormal95 * deviation};
}

class Comparison {
 public:
  Comparison(const ShareSeries& base, const ShareSeries& changed) : base_(base), changed_(changed) {}

  std::vector<FunctionChange> run() {
    const std::vector<std::string> functions = tested();
    std::vector<FunctionChange> changes;
    changes.reserve(functions.size());
    for (const std::string& function : functions) {
      FunctionChange change;
      change.function = function;
      const model::Frame* frame = changed_.frame(function);
      if (frame == nullptr) frame = base_.frame(function);
      if (frame != nullptr) {
        change.module = frame->module;
        change.file = frame->file;
      }
      changes.push_back(std::move(change));
    }
    measure(changes, functions, ShareKind::self, &FunctionChange::self);
    measure(changes, functions, ShareKind::total, &FunctionChange::total);
    correct(changes);
    for (FunctionChange& change : changes) {
      const bool by_self = change.self.verdict != FunctionVerdict::same;
      change.verdict = by_self ? change.self.verdict : change.total.verdict;
    }
    std::ranges::stable_sort(changes, before);
    return changes;
  }

  // Of a function with 10 % of both, 4 times of 5.
  [[nodiscard]] double detectable() const {
    constexpr double kShare = 0.1;
    const double rate = kDiffFalseAlarms / static_cast<double>(std::max<std::size_t>(tests_, 1));
    const double variance = kShare * (1 - kShare) * (1 / base_.samples() + 1 / changed_.samples());
    return (two_sided_z(rate) + kPower80) * std::sqrt(variance * inflation());
  }

 private:
  std::vector<std::string> tested() const {
    std::set<std::string> names;
    for (const ShareSeries* series : {&base_, &changed_}) {
      for (const auto& [name, value] : series->sums(ShareKind::total)) names.insert(name);
    }
    std::vector<std::string> functions;
    for (const std::string& name : names) {
      const double base = share_of(value_of(base_.sums(ShareKind::total), name), base_);
      const double changed = share_of(value_of(changed_.sums(ShareKind::total), name), changed_);
      const double samples = base * base_.samples() + changed * changed_.samples();
      if (samples >= kFewestSamples && std::max(base, changed) >= kSmallestShare) functions.push_back(name);
    }
    return functions;
  }

  void measure(std::vector<FunctionChange>& changes, const std::vector<std::string>& functions, ShareKind kind,
               FunctionShare FunctionChange::* member) {
    const std::vector<ShareSeries::Course> base = base_.courses(kind, functions);
    const std::vector<ShareSeries::Course> changed = changed_.courses(kind, functions);
    for (std::size_t i = 0; i < changes.size(); ++i) {
      FunctionChange& change = changes[i];
      FunctionShare& share = change.*member;
      const bool phases = alike(base[i], changed[i]);
      share.base = value_of(base_.sums(kind), change.function);
      share.changed = value_of(changed_.sums(kind), change.function);
      test(share, share_variance(base[i], phases), share_variance(changed[i], phases),
           phases ? HUGE_VAL : bursts(base[i]) + bursts(changed[i]));
    }
  }

  // No share is surer than independent samples of the share that both have together.
  void test(FunctionShare& share, double base_variance, double changed_variance, double degrees) {
    share.base_share = share_of(share.base, base_);
    share.changed_share = share_of(share.changed, changed_);
    const double both = static_cast<double>(share.base) + static_cast<double>(share.changed);
    const double pooled = both / (static_cast<double>(base_.sum()) + static_cast<double>(changed_.sum()));
    const double independent = std::max(0.0, pooled * (1 - pooled));
    const double floor = independent * (1 / base_.samples() + 1 / changed_.samples());
    base_variance = std::max(base_variance, independent / base_.samples());
    changed_variance = std::max(changed_variance, independent / changed_.samples());
    if (floor > 0) inflations_.push_back((base_variance + changed_variance) / floor);
    const double deviation = std::sqrt(base_variance + changed_variance);
    const double difference = share.changed_share - share.base_share;
    share.change = around(difference, deviation);
    // A share cannot change by more, however few the samples.
    share.change.low = std::max(share.change.low, -1.0);
    share.change.high = std::min(share.change.high, 1.0);
    const auto base_sum = static_cast<double>(base_.sum());
    const auto changed_sum = static_cast<double>(changed_.sum());
    share.absolute =
        around(static_cast<double>(share.changed) - static_cast<double>(share.base),
               std::sqrt(base_sum * base_sum * base_variance + changed_sum * changed_sum * changed_variance));
    // Rounding alone differs in shares that are equal.
    constexpr double kRounding = 1e-12;
    share.p = std::abs(difference) <= kRounding ? 1 : two_sided_p(as_normal(difference / deviation, degrees));
  }

  // One family: the self times, and the total ones that are others than those.
  void correct(std::vector<FunctionChange>& changes) {
    std::vector<FunctionShare*> family;
    for (FunctionChange& change : changes) {
      const bool has_self = change.self.base + change.self.changed > 0;
      if (has_self) family.push_back(&change.self);
      if (!is_leaf(change)) family.push_back(&change.total);
    }
    tests_ = family.size();
    std::ranges::sort(family, {}, &FunctionShare::p);
    double least = 1;
    for (std::size_t rank = tests_; rank > 0; --rank) {
      FunctionShare& share = *family[rank - 1];
      least = std::min(least, share.p * static_cast<double>(tests_) / static_cast<double>(rank));
      share.q = least;
      if (share.q <= kDiffFalseAlarms) share.verdict = direction(share);
    }
    for (FunctionChange& change : changes) {
      if (is_leaf(change)) change.total = change.self;
    }
  }

  static bool is_leaf(const FunctionChange& change) {
    return change.self.base == change.total.base && change.self.changed == change.total.changed;
  }

  static FunctionVerdict direction(const FunctionShare& share) {
    const bool more = share.change.estimate > 0;
    if (more && share.absolute.low > 0) return FunctionVerdict::slower;
    if (!more && share.absolute.high < 0) return FunctionVerdict::faster;
    return FunctionVerdict::shifted;
  }

  static bool before(const FunctionChange& a, const FunctionChange& b) {
    const auto rank = [](const FunctionChange& change) {
      if (change.verdict == FunctionVerdict::same) return 4;
      const int by_total = change.self.verdict == FunctionVerdict::same ? 2 : 0;
      return by_total + (change.verdict == FunctionVerdict::shifted ? 1 : 0);
    };
    const auto size = [](const FunctionChange& change) {
      const bool by_total = change.self.verdict == FunctionVerdict::same && change.verdict != FunctionVerdict::same;
      return std::abs((by_total ? change.total : change.self).change.estimate);
    };
    if (rank(a) != rank(b)) return rank(a) < rank(b);
    return size(a) > size(b);
  }

  // How much larger the variances are than those of independent samples: the median over the functions.
  [[nodiscard]] double inflation() const {
    if (inflations_.empty()) return 1;
    std::vector<double> sorted = inflations_;
    const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
    std::ranges::nth_element(sorted, middle);
    return *middle;
  }

  const ShareSeries& base_;
  const ShareSeries& changed_;
  std::vector<double> inflations_;
  std::size_t tests_ = 0;
};

DiffedProfile side(const model::Profile& profile, const ShareSeries& series) {
  DiffedProfile side;
  side.command = profile.command;
  side.backend = profile.backend;
  side.started = profile.started;
  side.elapsed_s = profile.elapsed_s;
  side.cpu_s = profile.cpu_s;
  side.sum = series.sum();
  side.effective_samples = series.samples();
  return side;
}

void doubt_sides(const model::Profile& base, const model::Profile& changed, const ShareSeries& base_series,
                 const ShareSeries& changed_series, ProfileDiff& diff) {
  const auto doubt = [&](const char* subject, std::string finding, std::string advice) {
    diff.doubts.push_back({subject, std::move(finding), std::move(advice)});
  };
  if (!base.command.empty() && !changed.command.empty() && base.command != changed.command) {
    doubt("commands", "two commands: '" + base.command + "' and '" + changed.command + "'",
          "compare two runs that did the same work");
  }
  if (!base_series.timed() || !changed_series.timed()) {
    doubt("times", "a profile without the moments of its samples: they count as independent of each other",
          "compare profiles that perfprof recorded");
  }
  if (base.backend != changed.backend) {
    doubt("backends",
          "recorded in different ways (" + base.backend + ", " + changed.backend +
              "): functions may be told apart or named in different ways",
          "record both with the same --backend");
  }
  constexpr double kFewSamples = 1000;
  if (std::min(base_series.samples(), changed_series.samples()) < kFewSamples) {
    doubt("samples", "fewer than 1,000 samples in a profile: only large changes can be told", "record for longer");
  }
}

// What we count ourselves: two of these are never the same thing under two names.
bool is_ours(const model::Measure& measure) {
  constexpr std::array<std::string_view, 11> kOurs{"cpu",    "wall",       "page_faults", "alloc_bytes",
                                                   "allocs", "live_bytes", "live_allocs", "io_bytes",
                                                   "io_ns",  "io_calls",   "calls"};
  return std::ranges::find(kOurs, measure.name) != kOurs.end();
}

void require_comparable(const model::Measure& base, const model::Measure& changed) {
  if (base.unit != changed.unit || (base.name != changed.name && is_ours(base) && is_ours(changed))) {
    throw BadInput("one profile counts '" + base.name + "' [" + base.unit + "], the other '" + changed.name + "' [" +
                   changed.unit +
                   "]; compare profiles of one --mode, or choose a measure that both have (perfprof diff "
                   "--measure)");
  }
}

}  // namespace

ProfileDiff profile_diff(const model::Profile& base, std::size_t base_measure, const model::Profile& changed,
                         std::size_t changed_measure) {
  const model::Measure& of_base = base.measures.at(base_measure);
  const model::Measure& of_changed = changed.measures.at(changed_measure);
  require_comparable(of_base, of_changed);
  const ShareSeries base_series(base, base_measure);
  const ShareSeries changed_series(changed, changed_measure);
  if (base_series.sum() == 0 || changed_series.sum() == 0) {
    throw BadInput("a profile has nothing of the measure '" + of_base.name +
                   "'; choose another (perfprof diff --measure)");
  }
  ProfileDiff diff;
  diff.measure = of_changed.name;
  diff.unit = of_changed.unit;
  diff.base = side(base, base_series);
  diff.changed = side(changed, changed_series);
  diff.false_alarms = kDiffFalseAlarms;
  Comparison comparison(base_series, changed_series);
  diff.functions = comparison.run();
  diff.tested = diff.functions.size();
  diff.detectable = comparison.detectable();
  if (of_base.name != of_changed.name) {
    diff.doubts.push_back({"measures", "'" + of_base.name + "' is compared with '" + of_changed.name + "'", ""});
  }
  doubt_sides(base, changed, base_series, changed_series, diff);
  return diff;
}

}  // namespace perfopt::stats
