// SPDX-License-Identifier: Apache-2.0
#include "perfopt/stats/scaling.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <functional>
#include <map>
#include <string>

#include "perfopt/core/random.hpp"
#include "perfopt/core/units.hpp"
#include "perfopt/stats/paired.hpp"

namespace perfopt::stats {
namespace {

using model::Case;
using model::Interval;
using model::Scaling;
using model::ScalingKind;
using model::Variant;

constexpr int kResamples = 1000;
constexpr std::uint64_t kSeed = 2007;

// Times of one run on one worker and on several; the sides of strong scaling are paired by their index.
struct Sample {
  unsigned workers;
  std::span<const double> alone;
  std::span<const double> together;
};

bool is_measured(const Variant& variant) {
  return variant.status == model::Status::ok && variant.rounds.wall_ns.size() >= kFewestPairs;
}

std::vector<double> picked(std::span<const double> from, std::span<const std::size_t> indices) {
  std::vector<double> values;
  values.reserve(indices.size());
  for (const std::size_t index : indices) values.push_back(from[index]);
  return values;
}

std::vector<std::size_t> resample(std::size_t count, Random& random) {
  std::vector<std::size_t> indices(count);
  for (std::size_t& index : indices) index = static_cast<std::size_t>(random.below(count));
  return indices;
}

// One speed-up a sample. `indices` of the two sides: the same ones where they are paired.
double speedup(ScalingKind kind, const Sample& sample, std::span<const double> alone,
               std::span<const double> together) {
  const double ratio = median(alone) / median(together);
  return kind == ScalingKind::strong ? ratio : ratio * sample.workers;
}

std::vector<SpeedupAt> drawn_points(ScalingKind kind, const std::vector<Sample>& samples, Random& random) {
  std::vector<SpeedupAt> points;
  for (const Sample& sample : samples) {
    const auto first = resample(sample.alone.size(), random);
    const auto second = kind == ScalingKind::strong ? first : resample(sample.together.size(), random);
    const double drawn = speedup(kind, sample, picked(sample.alone, first), picked(sample.together, second));
    points.push_back({static_cast<double>(sample.workers), drawn});
  }
  return points;
}

std::vector<SpeedupAt> measured_points(ScalingKind kind, const std::vector<Sample>& samples) {
  std::vector<SpeedupAt> points;
  for (const Sample& sample : samples) {
    points.push_back({static_cast<double>(sample.workers), speedup(kind, sample, sample.alone, sample.together)});
  }
  return points;
}

Interval interval(double estimate, const std::vector<double>& drawn) {
  return {estimate, quantile(drawn, 0.025), quantile(drawn, 0.975)};
}

// The measured value of a function of the points, with the spread of its values over the resamples.
Interval spread_of(const std::vector<SpeedupAt>& measured, const std::vector<std::vector<SpeedupAt>>& draws,
                   const std::function<double(const std::vector<SpeedupAt>&)>& value) {
  std::vector<double> values;
  values.reserve(draws.size());
  for (const auto& points : draws) values.push_back(value(points));
  return interval(value(measured), values);
}

std::string percent_interval(const Interval& share) {
  std::array<char, 96> text{};
  std::snprintf(text.data(), text.size(), "%.1f %% (%.1f to %.1f)", 100 * share.estimate, 100 * share.low,
                100 * share.high);
  return text.data();
}

std::string points_text(const Scaling& scaling) {
  std::string text;
  for (const model::ScalingPoint& point : scaling.points) {
    text += (text.empty() ? "" : ", ") + std::to_string(point.workers) + " ranks " +
            format_ratio(point.speedup.estimate) + " (efficiency " + format_percent(point.efficiency.estimate) + ")";
  }
  return text;
}

std::string law_text(const Scaling& scaling) {
  const bool strong = scaling.kind == ScalingKind::strong;
  std::string text = std::string("; serial share by ") + (strong ? "Amdahl's" : "Gustafson's") + " law " +
                     percent_interval(*scaling.serial_share);
  if (!strong) return text;
  if (!scaling.contention) {
    return text + "; for the universal scalability law three counts of ranks above one are needed";
  }
  text += "; universal scalability law: contention " + percent_interval(*scaling.contention) + ", coherency " +
          percent_interval(*scaling.coherency);
  if (scaling.peak_workers) text += ", most throughput at " + format_about(*scaling.peak_workers) + " ranks";
  return text;
}

void fit_law(Scaling& scaling, const std::vector<SpeedupAt>& measured,
             const std::vector<std::vector<SpeedupAt>>& draws) {
  const auto law = scalability_law(measured);
  if (!law) return;
  scaling.contention =
      spread_of(measured, draws, [](const auto& points) { return scalability_law(points)->contention; });
  scaling.coherency = spread_of(measured, draws, [](const auto& points) { return scalability_law(points)->coherency; });
  if (law->coherency <= 0 || law->contention >= 1) return;
  const double peak = std::sqrt((1 - law->contention) / law->coherency);
  if (peak <= measured.back().workers) scaling.peak_workers = peak;
}

Scaling fitted(const Case& one, ScalingKind kind, const std::vector<Sample>& samples) {
  Scaling scaling;
  scaling.category = one.category;
  scaling.problem = one.problem;
  scaling.unit = one.unit;
  scaling.kind = kind;
  scaling.size = one.size;
  Random random(kSeed);
  std::vector<std::vector<SpeedupAt>> draws(kResamples);
  for (auto& points : draws) points = drawn_points(kind, samples, random);
  const std::vector<SpeedupAt> measured = measured_points(kind, samples);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const auto value = [i](const auto& points) { return points[i].speedup; };
    const auto share = [i](const auto& points) { return points[i].speedup / points[i].workers; };
    scaling.points.push_back(
        {samples[i].workers, spread_of(measured, draws, value), spread_of(measured, draws, share)});
  }
  const auto law = kind == ScalingKind::strong ? amdahl_share : gustafson_share;
  scaling.serial_share = spread_of(measured, draws, [&](const auto& points) { return *law(points); });
  if (kind == ScalingKind::strong) fit_law(scaling, measured, draws);
  scaling.sentence = points_text(scaling) + law_text(scaling);
  return scaling;
}

const Variant* variant_of(const Case& one, unsigned workers) {
  const auto found = std::ranges::find(one.variants, workers, &Variant::workers);
  return found != one.variants.end() && is_measured(*found) ? &*found : nullptr;
}

std::vector<Sample> strong_samples(const Case& one) {
  std::vector<Sample> samples;
  const Variant* alone = variant_of(one, 1);
  if (alone == nullptr) return samples;
  for (const Variant& variant : one.variants) {
    const bool paired = variant.rounds.wall_ns.size() == alone->rounds.wall_ns.size();
    if (variant.workers < 2 || !is_measured(variant) || !paired) continue;
    samples.push_back({variant.workers, alone->rounds.wall_ns, variant.rounds.wall_ns});
  }
  std::ranges::sort(samples, {}, &Sample::workers);
  return samples;
}

// `one` is the case whose size is the work of one rank.
std::vector<Sample> weak_samples(const Case& one, std::span<const Case* const> cases) {
  std::vector<Sample> samples;
  const Variant* alone = variant_of(one, 1);
  if (alone == nullptr) return samples;
  for (const Case* larger : cases) {
    if (larger->size <= one.size || larger->size % one.size != 0) continue;
    const Variant* together = variant_of(*larger, static_cast<unsigned>(larger->size / one.size));
    if (together == nullptr) continue;
    samples.push_back({together->workers, alone->rounds.wall_ns, together->rounds.wall_ns});
  }
  std::ranges::sort(samples, {}, &Sample::workers);
  return samples;
}

}  // namespace

std::optional<double> amdahl_share(std::span<const SpeedupAt> points) {
  double xy = 0;
  double xx = 0;
  for (const SpeedupAt& point : points) {
    const double x = 1 - 1 / point.workers;
    xy += x * (1 / point.speedup - 1 / point.workers);
    xx += x * x;
  }
  if (xx <= 0) return std::nullopt;
  return xy / xx;
}

std::optional<double> gustafson_share(std::span<const SpeedupAt> points) {
  double xy = 0;
  double xx = 0;
  for (const SpeedupAt& point : points) {
    const double x = point.workers - 1;
    xy += x * (point.workers - point.speedup);
    xx += x * x;
  }
  if (xx <= 0) return std::nullopt;
  return xy / xx;
}

std::optional<ScalabilityLaw> scalability_law(std::span<const SpeedupAt> points) {
  double aa = 0;
  double ab = 0;
  double bb = 0;
  double ay = 0;
  double by = 0;
  int used = 0;
  for (const SpeedupAt& point : points) {
    if (point.workers <= 1) continue;
    const double a = point.workers - 1;
    const double b = point.workers * (point.workers - 1);
    const double y = point.workers / point.speedup - 1;
    aa += a * a;
    ab += a * b;
    bb += b * b;
    ay += a * y;
    by += b * y;
    ++used;
  }
  const double determinant = aa * bb - ab * ab;
  if (used < 3 || determinant <= 0) return std::nullopt;
  return ScalabilityLaw{(ay * bb - by * ab) / determinant, (by * aa - ay * ab) / determinant};
}

std::vector<Scaling> scalings_of(const model::Suite& suite) {
  std::map<std::pair<std::string, std::string>, std::vector<const Case*>> problems;
  for (const Case& one : suite.cases) {
    const bool scales = std::ranges::any_of(one.variants, [](const Variant& v) { return v.workers > 1; });
    if (scales) problems[{one.category, one.problem}].push_back(&one);
  }
  std::vector<Scaling> scalings;
  for (auto& [name, cases] : problems) {
    std::ranges::sort(cases, {}, &Case::size);
    for (const Case* one : cases) {
      if (const auto samples = strong_samples(*one); !samples.empty()) {
        scalings.push_back(fitted(*one, ScalingKind::strong, samples));
      }
    }
    for (const Case* one : cases) {
      if (const auto samples = weak_samples(*one, cases); !samples.empty()) {
        scalings.push_back(fitted(*one, ScalingKind::weak, samples));
      }
    }
  }
  return scalings;
}

}  // namespace perfopt::stats
