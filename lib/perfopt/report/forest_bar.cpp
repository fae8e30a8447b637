// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/forest_bar.hpp"

#include <algorithm>
#include <cmath>

#include "perfopt/report/comparison_view.hpp"

namespace perfopt::report {
namespace {

constexpr double kMostReach = 0.25;

// The next larger of 1, 2, 4, 10 ... percent: a scale that can be read.
double rounded_up(double share) {
  for (const double step : {0.005, 0.01, 0.02, 0.04, 0.06, 0.1, 0.15}) {
    if (share <= step) return step;
  }
  return kMostReach;
}

bool is_drawn(const model::ComparedBenchmark& benchmark) {
  const auto& ratio = benchmark.ratio;
  return ratio && std::isfinite(ratio->estimate) && std::isfinite(ratio->low) && std::isfinite(ratio->high);
}

}  // namespace

ForestBar::ForestBar(const std::vector<const model::ComparedBenchmark*>& benchmarks, std::size_t cells)
    : cells_(cells) {
  double needed = 0;
  for (const model::ComparedBenchmark* benchmark : benchmarks) {
    if (!is_drawn(*benchmark)) continue;
    needed = std::max({needed, std::abs(benchmark->ratio->low - 1), std::abs(benchmark->ratio->high - 1)});
    if (std::isfinite(benchmark->margin)) needed = std::max(needed, benchmark->margin * 1.25);
  }
  reach_ = rounded_up(needed);
}

long ForestBar::cell(double ratio) const {
  const auto middle = cells_ / 2;
  const auto half = static_cast<double>(middle);
  const double at = std::round((ratio - 1) / reach_ * half) + half;
  return static_cast<long>(std::clamp(at, -1.0, static_cast<double>(cells_)));
}

std::string ForestBar::axis() const {
  const std::string low = "-" + share_words(reach_);
  const std::string high = "+" + share_words(reach_);
  std::string line(cells_, ' ');
  line.replace(0, std::min(low.size(), cells_), low, 0, cells_);
  if (high.size() <= cells_) line.replace(cells_ - high.size(), high.size(), high);
  line[cells_ / 2] = '0';
  return line;
}

std::string ForestBar::bar(const model::ComparedBenchmark& benchmark) const {
  if (!is_drawn(benchmark)) return "";
  const long last = static_cast<long>(cells_) - 1;
  std::string line(cells_, ' ');
  const auto put = [&](long at, char mark) {
    if (at >= 0 && at <= last) line[static_cast<std::size_t>(at)] = mark;
  };
  put(last / 2, '|');
  put(cell(1 - benchmark.margin), ':');
  put(cell(1 + benchmark.margin), ':');
  const long low = cell(benchmark.ratio->low);
  const long high = cell(benchmark.ratio->high);
  for (long at = std::max(low, 0L); at <= std::min(high, last); ++at) put(at, '=');
  put(low, '[');
  put(high, ']');
  if (low < 0) put(0, '<');
  if (high > last) put(last, '>');
  put(cell(benchmark.ratio->estimate), 'o');
  return line;
}

}  // namespace perfopt::report
