// SPDX-License-Identifier: Apache-2.0
#include "perfopt/stats/judge.hpp"

#include <algorithm>
#include <cmath>
#include <ranges>
#include <utility>

#include "perfopt/core/units.hpp"
#include "perfopt/stats/paired.hpp"
#include "perfopt/stats/scaling.hpp"

namespace perfopt::stats {
namespace {

using model::Case;
using model::Finding;
using model::Status;
using model::Tendency;
using model::Variant;
using model::Verdict;

bool measured(const Variant& variant) {
  return variant.status == Status::ok && !variant.rounds.wall_ns.empty();
}

Verdict verdict_of(const std::optional<model::Interval>& speedup) {
  if (!speedup) return Verdict::undecided;
  if (speedup->low > 1) return Verdict::wins;
  if (speedup->high < 1) return Verdict::loses;
  return Verdict::undecided;
}

void summarise(Variant& variant, const Variant& baseline) {
  variant.summary = {};
  if (!measured(variant)) return;
  model::Summary& summary = variant.summary;
  summary.wall_ns = median(variant.rounds.wall_ns);
  summary.wall_low_ns = quantile(variant.rounds.wall_ns, 0.25);
  summary.wall_high_ns = quantile(variant.rounds.wall_ns, 0.75);
  summary.cpu_ns = median(variant.rounds.cpu_ns);
  summary.spread = (summary.wall_high_ns - summary.wall_low_ns) / summary.wall_ns;
  summary.items_per_second = variant.items_per_run / summary.wall_ns * 1e9;
  summary.bytes_per_second = variant.bytes_per_run / summary.wall_ns * 1e9;
  if (variant.limit && variant.limit->rate > 0) {
    summary.limit_share = variant.limit->units / variant.limit->rate / (summary.wall_ns / 1e9);
  }
  if (&variant == &baseline) {
    summary.verdict = Verdict::baseline;
  } else if (measured(baseline)) {
    summary.speedup = paired_ratio(baseline.rounds.wall_ns, variant.rounds.wall_ns);
    summary.verdict = verdict_of(summary.speedup);
  }
}

bool tied(const Variant& best, const Variant& other) {
  const auto slower = paired_ratio(other.rounds.wall_ns, best.rounds.wall_ns);
  if (!slower) return other.summary.wall_ns < best.summary.wall_ns * (1 + kTieMargin);
  return slower->low <= 1 || slower->estimate < 1 + kTieMargin;
}

// The fastest of those that mean the same and that `accept` takes, or null.
template <class Accept>
const Variant* fastest(const Case& one, Accept accept) {
  const Variant* found = nullptr;
  for (const Variant& variant : one.variants) {
    if (!measured(variant) || !variant.weaker.empty() || !accept(variant)) continue;
    if (found == nullptr || variant.summary.wall_ns < found->summary.wall_ns) found = &variant;
  }
  return found;
}

// What cannot be told from the baseline is no reason to leave it.
model::Best best_of(const Case& one) {
  const Variant* best = fastest(one, [](const Variant& variant) { return variant.summary.verdict == Verdict::wins; });
  if (best == nullptr) {
    best = fastest(one, [](const Variant& variant) {
      return variant.summary.verdict == Verdict::baseline || !variant.summary.speedup;
    });
  }
  if (best == nullptr) return {};
  model::Best result{best->name, {}};
  for (const Variant& variant : one.variants) {
    if (&variant != best && measured(variant) && variant.weaker.empty() && tied(*best, variant)) {
      result.tied.push_back(variant.name);
    }
  }
  return result;
}

// Where the straight line between two points on log axes meets 1.
double interpolate(const SpeedupPoint& a, const SpeedupPoint& b) {
  const double x0 = std::log(static_cast<double>(a.size));
  const double x1 = std::log(static_cast<double>(b.size));
  const double y0 = std::log(a.speedup.estimate);
  const double y1 = std::log(b.speedup.estimate);
  if (y0 == y1) return std::exp((x0 + x1) / 2);
  return std::exp(x0 + (x1 - x0) * std::clamp(-y0 / (y1 - y0), 0.0, 1.0));
}

Tendency tendency_of(std::span<const SpeedupPoint> points, const std::optional<model::Crossover>& crossover) {
  const auto count = [&](Verdict verdict) { return std::ranges::count(points, verdict, &SpeedupPoint::verdict); };
  const auto all = static_cast<std::ptrdiff_t>(points.size());
  if (all == 0) return Tendency::not_measured;
  const auto wins = count(Verdict::wins);
  const auto losses = count(Verdict::loses);
  if (wins == all) return Tendency::always_wins;
  if (losses == all) return Tendency::always_loses;
  if (wins == 0 && losses == 0) return Tendency::undecided;
  if (crossover) return crossover->wins_above ? Tendency::wins_from : Tendency::wins_below;
  return Tendency::mixed;
}

std::string range_of(std::span<const SpeedupPoint> points) {
  const auto [low, high] =
      std::ranges::minmax_element(points, {}, [](const SpeedupPoint& point) { return point.speedup.estimate; });
  if (points.size() == 1) return format_ratio(low->speedup.estimate);
  return format_ratio(low->speedup.estimate) + " to " + format_ratio(high->speedup.estimate);
}

// "1.44x at 64, 1.88x to 17.5x at 1,000 to 1,000,000": three sizes or more in a row are told as one range.
std::string at_sizes(std::span<const SpeedupPoint> points, Verdict verdict) {
  std::string text;
  const auto add = [&](const std::string& ratio, const std::string& sizes) {
    text += (text.empty() ? "" : ", ") + ratio + " at " + sizes;
  };
  for (std::size_t i = 0; i < points.size();) {
    std::size_t end = i;
    while (end < points.size() && points[end].verdict == verdict) ++end;
    const auto run = points.subspan(i, end - i);
    if (run.size() >= 3) {
      add(range_of(run), format_count(run.front().size) + " to " + format_count(run.back().size));
    } else {
      for (const SpeedupPoint& point : run) add(format_ratio(point.speedup.estimate), format_count(point.size));
    }
    i = std::max(end, i + 1);
  }
  return text;
}

std::string crossover_sentence(const model::Crossover& crossover, const std::string& unit) {
  return "about " + format_about(crossover.size) + " " + unit + " (measured between " + format_count(crossover.low) +
         " and " + format_count(crossover.high) + ")";
}

std::string mixed_sentence(std::span<const SpeedupPoint> points) {
  std::string text;
  const std::pair<Verdict, const char*> parts[] = {
      {Verdict::wins, "wins "}, {Verdict::loses, "loses "}, {Verdict::undecided, "no difference seen "}};
  for (const auto& [verdict, word] : parts) {
    const std::string sizes = at_sizes(points, verdict);
    if (!sizes.empty()) text += (text.empty() ? "" : "; ") + std::string(word) + sizes;
  }
  return text;
}

std::string variant_sentence(const model::VariantFinding& finding, std::span<const SpeedupPoint> points,
                             const std::string& unit, const std::string& baseline) {
  switch (finding.tendency) {
    case Tendency::always_wins:
      return "wins at every size measured: " + range_of(points);
    case Tendency::always_loses:
      return "loses at every size measured: " + range_of(points);
    case Tendency::wins_from:
      return baseline + " wins below " + crossover_sentence(*finding.crossover, unit);
    case Tendency::wins_below:
      return baseline + " wins above " + crossover_sentence(*finding.crossover, unit);
    case Tendency::undecided:
      return "no difference seen: " + range_of(points);
    case Tendency::mixed:
      return mixed_sentence(points);
    case Tendency::not_measured:
      return "not measured";
  }
  return {};
}

// " (7.41x)"; a speed-up that may be none is called so, and the baseline has none.
std::string ratio_note(const model::Summary& summary) {
  if (!summary.speedup) return "";
  const char* doubt = summary.verdict == Verdict::undecided ? ", undecided" : "";
  return " (" + format_ratio(summary.speedup->estimate) + doubt + ")";
}

// "std_sort up to 16; vqsort from 1,000 (7.41x at 10,000, 8.52x at 1,000,000)"
std::string problem_sentence(std::span<const Case* const> cases) {
  std::string text;
  std::string current;
  for (const Case* one : cases) {
    if (one->best.variant.empty()) continue;
    // Among equals the one that was named before: a change of names is to mean something.
    const std::string& name =
        std::ranges::find(one->best.tied, current) == one->best.tied.end() ? one->best.variant : current;
    const auto best = std::ranges::find(one->variants, name, &Variant::name);
    if (best == one->variants.end()) continue;
    const std::string ratio = ratio_note(best->summary);
    if (best->name == current) {
      text += ", " + format_count(one->size) + ratio;
    } else {
      text += (text.empty() ? "" : "; ") + best->name + " at " + format_count(one->size) + ratio;
      current = best->name;
    }
  }
  return text.empty() ? "nothing could be measured" : text;
}

// The names of all variants but the baselines, in the order of their first appearance.
std::vector<std::string> variants_of(std::span<const Case* const> cases) {
  std::vector<std::string> names;
  for (const Case* one : cases) {
    for (const Variant& variant : one->variants | std::views::drop(1)) {
      if (std::ranges::find(names, variant.name) == names.end()) names.push_back(variant.name);
    }
  }
  return names;
}

bool measured_in(std::span<const Case* const> cases, const std::string& name) {
  return std::ranges::any_of(cases, [&](const Case* one) {
    return std::ranges::any_of(one->variants, [&](const Variant& v) { return v.name == name && measured(v); });
  });
}

Finding find(const model::Suite& suite, std::span<const Case* const> cases) {
  const Case& first = *cases.front();
  Finding finding{first.category, first.problem, first.title, first.unit, {}, problem_sentence(cases)};
  if (first.variants.empty()) return finding;
  const std::string& baseline = first.variants.front().name;
  for (const std::string& variant : variants_of(cases)) {
    const auto points = speedup_points(suite, first.category, first.problem, variant);
    model::VariantFinding one{variant, Tendency::not_measured, find_crossover(points), {}};
    one.tendency = tendency_of(points, one.crossover);
    one.sentence = variant_sentence(one, points, first.unit, baseline);
    if (points.empty() && measured_in(cases, variant)) {
      one.sentence = "too few rounds to compare: " + std::to_string(kFewestPairs) + " are needed";
    }
    finding.variants.push_back(std::move(one));
  }
  return finding;
}

}  // namespace

std::optional<model::Crossover> find_crossover(std::span<const SpeedupPoint> points) {
  std::optional<std::size_t> last;  // the last point with a decided verdict
  std::optional<std::pair<std::size_t, std::size_t>> change;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (points[i].verdict != Verdict::wins && points[i].verdict != Verdict::loses) continue;
    if (last && points[*last].verdict != points[i].verdict) {
      if (change) return std::nullopt;
      change = {*last, i};
    }
    last = i;
  }
  if (!change) return std::nullopt;
  const bool wins_above = points[change->second].verdict == Verdict::wins;
  const auto beyond = [&](std::size_t i) { return (points[i].speedup.estimate > 1) == wins_above; };
  std::size_t high = change->first + 1;
  while (high < change->second && !beyond(high)) ++high;
  const SpeedupPoint& a = points[high - 1];
  const SpeedupPoint& b = points[high];
  return model::Crossover{interpolate(a, b), a.size, b.size, wins_above};
}

void judge(Case& one) {
  for (Variant& variant : one.variants) summarise(variant, one.variants.front());
  one.best = best_of(one);
}

void judge(model::Suite& suite) {
  for (Case& one : suite.cases) judge(one);
  conclude(suite);
}

void conclude(model::Suite& suite) {
  suite.findings.clear();
  std::vector<std::pair<std::string, std::string>> seen;
  for (const Case& one : suite.cases) {
    const std::pair key(one.category, one.problem);
    if (std::ranges::find(seen, key) != seen.end()) continue;
    seen.push_back(key);
    std::vector<const Case*> cases;
    for (const Case& other : suite.cases) {
      if (other.category == one.category && other.problem == one.problem) cases.push_back(&other);
    }
    std::ranges::sort(cases, {}, &Case::size);
    suite.findings.push_back(find(suite, cases));
  }
  suite.scalings = scalings_of(suite);
}

std::vector<SpeedupPoint> speedup_points(const model::Suite& suite, std::string_view category, std::string_view problem,
                                         std::string_view variant) {
  std::vector<SpeedupPoint> points;
  for (const Case& one : suite.cases) {
    if (one.category != category || one.problem != problem) continue;
    const auto found = std::ranges::find(one.variants, variant, &Variant::name);
    if (found == one.variants.end() || !found->summary.speedup) continue;
    points.push_back({one.size, *found->summary.speedup, found->summary.verdict});
  }
  std::ranges::sort(points, {}, &SpeedupPoint::size);
  return points;
}

}  // namespace perfopt::stats
