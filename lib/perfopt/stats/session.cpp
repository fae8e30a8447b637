// SPDX-License-Identifier: Apache-2.0
#include "perfopt/stats/session.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <string_view>
#include <vector>

#include "perfopt/core/error.hpp"
#include "perfopt/core/nearest.hpp"
#include "perfopt/core/units.hpp"
#include "perfopt/model/foreign_results.hpp"
#include "perfopt/stats/paired.hpp"
#include "perfopt/stats/session_pair.hpp"

namespace perfopt::stats {
namespace {

using model::Change;
using model::ComparedBenchmark;
using model::Comparison;
using model::Environment;
using model::MetricChange;
using model::Result;
using model::ResultSet;

constexpr const char* kAgainstBaseline = "time_against_baseline";
constexpr double kComputes = 0.9;          // CPU time / wall time from which on CPU time is judged
constexpr std::size_t kMostForHints = 50;  // names compared with each other
constexpr std::size_t kLongestForHints = 200;
constexpr std::size_t kMostInFilter = 5;
constexpr double kBusy = 0.5;  // load of others, for each CPU: a benchmark has its CPU no longer to itself
constexpr double kOverload = 1;
constexpr std::size_t kFewestToDisagree = 5;
constexpr double kDisagreement = 4.5;  // three deviations of a normal distribution, from its median deviation

class Names {
 public:
  explicit Names(const ResultSet& set) {
    for (const Result& result : set.results) by_name_.emplace(result.name, &result);
  }
  [[nodiscard]] const Result* find(std::string_view name) const {
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : found->second;
  }
  // The second time of a benchmark, which is no benchmark of its own.
  [[nodiscard]] const Result* wall_of(const Result& result) const {
    return result.metric == "cpu_time" ? find(result.name + std::string(model::kWallSuffix)) : nullptr;
  }
  [[nodiscard]] bool is_second_time(const Result& result) const {
    if (!result.name.ends_with(model::kWallSuffix)) return false;
    const Result* first = find(std::string_view(result.name).substr(0, result.name.size() - model::kWallSuffix.size()));
    return first != nullptr && first->metric == "cpu_time";
  }

 private:
  std::map<std::string_view, const Result*> by_name_;
};

// What one comparison of two files works on.
struct Both {
  const ResultSet& base;
  const ResultSet& changed;
  Names before, after;
  const SessionOptions& options;
  FileConditions conditions;
};

std::string cache_text(const Environment& machine) {
  std::string text;
  for (const model::Cache& cache : machine.caches) {
    text += (text.empty() ? "" : ", ") + cache.name + " " + format_bytes(static_cast<double>(cache.bytes));
  }
  return text;
}

bool differ(const std::string& a, const std::string& b) {
  return !a.empty() && !b.empty() && a != b;
}

// For each CPU; 1 is what a benchmark before this one leaves in the average.
double load_of_others(const Environment& machine) {
  return (machine.load_average.value_or(0) - 1) / std::max(1U, machine.cpus_online);
}

bool busy(const Environment& machine) {
  return load_of_others(machine) > kBusy;
}

std::string significant(double value) {
  char text[32];
  (void)std::snprintf(text, sizeof text, "%.3g", value);
  return text;
}

std::string load_text(const Environment& machine) {
  return "load average " + significant(*machine.load_average) +
         (machine.cpus_online > 0 ? " on " + std::to_string(machine.cpus_online) + " CPUs" : "");
}

// Times of one CPU say nothing about another, and those of a machine with several programs to a CPU nothing at all. ""
// for nothing in the way.
std::string obstacle_of(const ResultSet& base, const ResultSet& changed) {
  const Environment& before = base.environment;
  const Environment& after = changed.environment;
  if (differ(before.cpu_model, after.cpu_model)) {
    return "the CPUs differ: " + before.cpu_model + " and " + after.cpu_model;
  }
  if (differ(cache_text(before), cache_text(after))) {
    return "the CPUs differ in their caches: " + cache_text(before) + " and " + cache_text(after);
  }
  for (const ResultSet* set : {&base, &changed}) {
    if (load_of_others(set->environment) > kOverload) {
      return "the machine was overloaded: " + load_text(set->environment) + " for " + set->origin;
    }
  }
  return "";
}

// How far most benchmarks moved away from what is typical of these two files. It takes half of them to change for a
// real change to look like this.
double disagreement(const ResultSet& base, const Names& after) {
  std::vector<double> moves;
  for (const Result& result : base.results) {
    const Result* changed = after.find(result.name);
    if (changed == nullptr || result.unit != "ns" || changed->unit != "ns") continue;
    const double ratio = session_of(*changed).median / session_of(result).median;
    if (std::isfinite(ratio) && ratio > 0) moves.push_back(std::log(ratio));
  }
  if (moves.size() < kFewestToDisagree) return 0;
  const double typical = median(moves);
  for (double& move : moves) move = std::abs(move - typical);
  return std::exp(kDisagreement * median(moves)) - 1;
}

ExpectedNoise least_noise(const ResultSet& base, const ResultSet& changed, const SessionOptions& options) {
  for (const ResultSet* set : {&base, &changed}) {
    if (busy(set->environment)) return {options.noise.busy, "the machine was busy: " + load_text(set->environment)};
  }
  return {disagreement(base, Names(changed)), "the benchmarks of the two files moved against each other"};
}

void add_doubts(const Both& both, Comparison& comparison) {
  const Environment& base = both.base.environment;
  const Environment& changed = both.changed.environment;
  const auto doubt = [&](const char* subject, const std::string& a, const std::string& b, const char* advice) {
    if (!differ(a, b)) return;
    comparison.doubts.push_back({subject, std::string("the ") + subject + " differs: " + a + " and " + b, advice});
  };
  const auto count = [](unsigned cpus) { return cpus == 0 ? "" : std::to_string(cpus); };
  const char* same = "measure both on the same machine in the same state";
  doubt("tool", both.base.tool, both.changed.tool, "tools measure differently: compare files of the same one");
  if (!both.conditions.obstacle.empty()) comparison.doubts.push_back({"CPU", both.conditions.obstacle, same});
  for (const ResultSet* set : {&both.base, &both.changed}) {
    if (!busy(set->environment)) continue;
    comparison.doubts.push_back({"load",
                                 "something else was running for " + set->origin + ": " + load_text(set->environment),
                                 "measure on an idle machine"});
  }
  doubt("host", base.host, changed.host, same);
  doubt("number of CPUs", count(base.cpus_online), count(changed.cpus_online), same);
  doubt("kernel", base.kernel, changed.kernel, same);
  doubt("operating system", base.os, changed.os, same);
  doubt("governor", base.governor, changed.governor, same);
  doubt("turbo", base.turbo, changed.turbo, same);
  doubt("virtualization", base.virtualization, changed.virtualization, same);
  doubt("compiler", base.compiler, changed.compiler, "build both sides alike, unless this is the change");
  doubt("compiler's flags", base.compiler_flags, changed.compiler_flags, "build both sides alike");
  doubt("build type", base.build_type, changed.build_type, "build both sides alike");
}

// CPU time where the body computes on both sides, else wall time: waiting is what is felt.
ComparedBenchmark compare_times(const Both& both, const Result& base, const Result& changed) {
  const Result* base_wall = both.before.wall_of(base);
  const Result* changed_wall = both.after.wall_of(changed);
  if (base_wall == nullptr || changed_wall == nullptr || !base.failure.empty() || !changed.failure.empty()) {
    return compare_pair(base, changed, both.options, both.conditions);
  }
  const double share = std::min(session_of(base).median / session_of(*base_wall).median,
                                session_of(changed).median / session_of(*changed_wall).median);
  const bool cpu = share >= kComputes;
  ComparedBenchmark row = cpu ? compare_pair(base, changed, both.options, both.conditions)
                              : compare_pair(*base_wall, *changed_wall, both.options, both.conditions);
  row.name = changed.name;
  row.metric_reason = cpu ? "the body computes most of its time" : "the body waits for part of its time";
  const Result& other_base = cpu ? *base_wall : base;
  const Result& other_changed = cpu ? *changed_wall : changed;
  MetricChange other;
  other.metric = other_changed.metric;
  other.unit = other_changed.unit;
  other.base = session_of(other_base).median;
  other.changed = session_of(other_changed).median;
  other.source = both.changed.tool;
  row.metrics.push_back(std::move(other));
  return row;
}

// The row tells what decided, so that no figure beside a verdict speaks against it; the times stand among its figures.
void decide_by_speedup(const Result& changed, const RelativeChange& relative, double noise, Change verdict,
                       ComparedBenchmark& row) {
  MetricChange time;
  time.metric = row.metric;
  time.unit = row.unit;
  time.base = row.base;
  time.changed = row.changed;
  time.source = "medians of the two sessions";
  row.metrics.push_back(std::move(time));
  row.verdict = verdict;
  row.metric = kAgainstBaseline;
  row.metric_reason = "paired within each session, it shows what the times of two sessions do not";
  row.unit = "1";
  row.base = relative.base;
  row.changed = relative.changed;
  row.ratio = relative.ratio;
  row.sure = model::Interval{relative.ratio.estimate, relative.ratio.low / noise, relative.ratio.high * noise};
  row.detectable = noise * relative.ratio.high / relative.ratio.estimate - 1;
  row.session_noise = noise - 1;
  row.reason = "its speed-up over " + changed.baseline + " changed from " + format_ratio(1 / relative.base) + " to " +
               format_ratio(1 / relative.changed) + ", paired within each session";
}

// The speed-up over the baseline, which is paired within each session: far finer than the times of two sessions.
void compare_speedups(const Both& both, const Result& base, const Result& changed, ComparedBenchmark& row) {
  if (changed.baseline.empty() || changed.baseline != base.baseline || row.verdict == Change::failed) return;
  const Paired before{&base, both.before.find(base.baseline)};
  const Paired after{&changed, both.after.find(changed.baseline)};
  if (before.baseline == nullptr || after.baseline == nullptr) return;
  const auto relative = relative_change(before, after);
  if (!relative) return;
  // What else runs takes a core from the one and not from the other: it is not common to the two.
  const double between = both.conditions.busy ? both.options.noise.busy : both.options.noise.speedup;
  const double noise = 1 + std::max(between, row.margin);
  const model::Interval& ratio = relative->ratio;
  Change verdict = Change::inconclusive;
  if (ratio.low > noise) verdict = Change::slower;
  if (ratio.high < 1 / noise) verdict = Change::faster;
  // A baseline that became faster lowers the speed-up too: only together with the variant's own time it is a verdict.
  const bool agrees = row.ratio && std::abs(std::log(row.ratio->estimate)) > std::abs(std::log(ratio.estimate)) / 2 &&
                      (row.ratio->estimate > 1) == (ratio.estimate > 1);
  if (row.verdict == Change::inconclusive && verdict != Change::inconclusive && agrees &&
      both.conditions.obstacle.empty()) {
    decide_by_speedup(changed, *relative, noise, verdict, row);
    return;
  }
  MetricChange figure;
  figure.metric = kAgainstBaseline;
  figure.unit = "1";
  figure.base = relative->base;
  figure.changed = relative->changed;
  figure.source = "rounds paired within each session";
  row.metrics.push_back(std::move(figure));
}

ComparedBenchmark one_sided(const Result& result, Change verdict, const std::string& hint) {
  ComparedBenchmark row;
  row.name = result.name;
  row.verdict = verdict;
  row.metric = result.metric;
  row.unit = result.unit;
  const double typical = session_of(result).median;
  if (std::isfinite(typical)) (verdict == Change::missing ? row.base : row.changed) = typical;
  row.reason = verdict == Change::missing ? "only the base has it" : "only the changed side has it";
  if (!hint.empty()) row.reason += "; the other has '" + hint + "': renamed?";
  return row;
}

// Those of `set` that the other side lacks.
std::vector<const Result*> left_over(const ResultSet& set, const Names& own, const Names& other) {
  std::vector<const Result*> rest;
  for (const Result& result : set.results) {
    if (other.find(result.name) == nullptr && !own.is_second_time(result)) rest.push_back(&result);
  }
  return rest;
}

std::string similar(const Result& result, const std::vector<const Result*>& others) {
  if (others.size() > kMostForHints || result.name.size() > kLongestForHints) return "";
  std::vector<std::string_view> names;
  for (const Result* other : others) {
    if (other->name.size() <= kLongestForHints) names.push_back(other->name);
  }
  return std::string(nearest(result.name, names));
}

void compare_all(const Both& both, Comparison& comparison) {
  const auto only_base = left_over(both.base, both.before, both.after);
  const auto only_changed = left_over(both.changed, both.after, both.before);
  for (const Result& base : both.base.results) {
    const Result* changed = both.after.find(base.name);
    if (both.before.is_second_time(base) && (changed == nullptr || both.after.is_second_time(*changed))) continue;
    if (changed == nullptr) {
      const std::string hint = only_base.size() > kMostForHints ? "" : similar(base, only_changed);
      comparison.benchmarks.push_back(one_sided(base, Change::missing, hint));
      continue;
    }
    comparison.benchmarks.push_back(compare_times(both, base, *changed));
    compare_speedups(both, base, *changed, comparison.benchmarks.back());
  }
  for (const Result* changed : only_changed) {
    const std::string hint = only_changed.size() > kMostForHints ? "" : similar(*changed, only_base);
    comparison.benchmarks.push_back(one_sided(*changed, Change::added, hint));
  }
}

std::string escaped(const std::string& name) {
  std::string text;
  for (const char c : name) {
    if (std::string_view(R"(.[{}()\*+?^$|)").find(c) != std::string_view::npos) text += '\\';
    text += c == '\'' ? "." : std::string(1, c);  // it stands within quotes of a shell
  }
  return text;
}

// The benchmarks in doubt as --filter; "" where there are too many to name.
std::string filter_of(const Comparison& comparison) {
  std::string names;
  std::size_t count = 0;
  for (const ComparedBenchmark& row : comparison.benchmarks) {
    if (row.verdict != Change::inconclusive) continue;
    names += (names.empty() ? "" : "|") + escaped(row.name);
    if (++count > kMostInFilter) return "";
  }
  return names.empty() ? "" : " --filter '^(" + names + ")$'";
}

std::string advice_of(const Comparison& comparison) {
  const auto in_doubt = [](const ComparedBenchmark& row) { return row.verdict == Change::inconclusive; };
  if (std::ranges::none_of(comparison.benchmarks, in_doubt)) return "";
  const std::string& tool = comparison.changed.tool;
  if (tool == "google-benchmark") {
    return "perfbench compare --run BASE-PROGRAM NEW-PROGRAM" + filter_of(comparison);
  }
  return "perfbench command BASE-COMMAND NEW-COMMAND";
}

model::ComparedSide side_of(const ResultSet& set, const char* label) {
  model::ComparedSide side;
  side.label = label;
  side.command = set.origin;
  side.commit = set.commit;
  side.tool = set.tool;
  side.started = set.started;
  return side;
}

}  // namespace

SessionNoise session_noise(const model::NoiseProfile& profile) {
  SessionNoise noise;
  const auto take = [&](const char* kernel, double& share) {
    const model::KernelNoise* found = model::find_kernel(profile, kernel);
    if (found != nullptr && found->sessions_tell) share = std::max(*found->sessions_tell, kLeastNoise);
  };
  take("compute", noise.compute);
  take("memory", noise.memory);
  take("allocation", noise.allocation);
  return noise;
}

Comparison compare_sessions(const ResultSet& base, const ResultSet& changed, const SessionOptions& options) {
  const FileConditions conditions{.obstacle = obstacle_of(base, changed),
                                  .least = least_noise(base, changed, options),
                                  .busy = busy(base.environment) || busy(changed.environment)};
  const Both both{base, changed, Names(base), Names(changed), options, conditions};
  const auto in_both = [&](const Result& result) { return both.after.find(result.name) != nullptr; };
  if (std::ranges::none_of(base.results, in_both)) {
    const auto example = [](const ResultSet& set) { return set.results.empty() ? "" : set.results.front().name; };
    throw BadInput(base.origin + " and " + changed.origin + " have no benchmark in common; the first ones are '" +
                   example(base) + "' and '" + example(changed) + "'");
  }
  Comparison comparison;
  comparison.method = model::CompareMethod::files;
  comparison.base = side_of(base, "base");
  comparison.changed = side_of(changed, "changed");
  comparison.settings.threshold = options.threshold;
  comparison.environment = changed.environment;
  add_doubts(both, comparison);
  compare_all(both, comparison);
  comparison.advice = advice_of(comparison);
  return comparison;
}

}  // namespace perfopt::stats
