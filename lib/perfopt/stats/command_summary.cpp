// SPDX-License-Identifier: Apache-2.0
#include "perfopt/stats/command_summary.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <vector>

#include "perfopt/stats/paired.hpp"

namespace perfopt::stats {
namespace {

constexpr double kTail = 0.025;

// Largest k with P(Binomial(n, 1/2) <= k - 1) <= 0.025; 0 when there is none.
std::size_t order_statistic(std::size_t n) {
  const auto count = static_cast<double>(n);
  double cumulative = 0;
  std::size_t k = 0;
  for (; k < n; ++k) {
    const auto at = static_cast<double>(k);
    // In logarithms: 2^-n is no number for large n.
    const double log_chance =
        std::lgamma(count + 1) - std::lgamma(at + 1) - std::lgamma(count - at + 1) - count * std::log(2.0);
    cumulative += std::exp(log_chance);
    if (cumulative > kTail) break;
  }
  return k;
}

// Neighbours averaged, so that at most so many remain: the interval of n ratios takes n^2 steps.
std::vector<double> block_means(const std::vector<double>& values) {
  constexpr std::size_t kMost = 512;
  const std::size_t block = (values.size() + kMost - 1) / kMost;
  std::vector<double> means;
  for (std::size_t i = 0; i + block <= values.size(); i += block) {
    const auto part = std::span(values).subspan(i, block);
    means.push_back(std::accumulate(part.begin(), part.end(), 0.0) / static_cast<double>(block));
  }
  return means;
}

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

std::optional<double> deviation(const std::vector<double>& values) {
  if (values.size() < 2) return std::nullopt;
  const double middle = mean(values);
  double squares = 0;
  for (const double value : values) squares += (value - middle) * (value - middle);
  return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

model::CommandSummary summary_of(const model::CommandRuns& document, const model::MeasuredCommand& command) {
  const std::vector<double> wall = own_wall_ns(document, command);
  const double user_cost = document.shell ? document.shell->median_user_ns : 0;
  const double system_cost = document.shell ? document.shell->median_system_ns : 0;
  model::CommandSummary summary;
  summary.mean_ns = mean(wall);
  summary.stddev_ns = deviation(wall);
  summary.median_ns = *median_interval(wall);
  summary.min_ns = std::ranges::min(wall);
  summary.max_ns = std::ranges::max(wall);
  summary.user_ns = std::max(0.0, mean(command.runs.user_ns) - user_cost);
  summary.system_ns = std::max(0.0, mean(command.runs.system_ns) - system_cost);
  const std::vector<double> rss(command.runs.peak_rss_bytes.begin(), command.runs.peak_rss_bytes.end());
  summary.peak_rss_bytes = median(rss);
  return summary;
}

// The wall times of the rounds that hold both, index by index of the same round. A round holds a command once.
std::optional<model::Interval> relative_time(const model::CommandRuns& document, const model::MeasuredCommand& command,
                                             const model::MeasuredCommand& reference) {
  const std::vector<double> own = own_wall_ns(document, command);
  const std::vector<double> others = own_wall_ns(document, reference);
  std::vector<double> numerator;
  std::vector<double> denominator;
  for (std::size_t i = 0, j = 0; i < own.size() && j < others.size();) {
    if (command.runs.round[i] == reference.runs.round[j]) {
      numerator.push_back(own[i]);
      denominator.push_back(others[j]);
    }
    const bool first_lags = command.runs.round[i] <= reference.runs.round[j];
    const bool second_lags = reference.runs.round[j] <= command.runs.round[i];
    i += first_lags ? 1 : 0;
    j += second_lags ? 1 : 0;
  }
  return paired_ratio(block_means(numerator), block_means(denominator));
}

model::MeasuredCommand* reference_of(model::CommandRuns& document) {
  const auto marked = std::ranges::find_if(document.commands, &model::MeasuredCommand::reference);
  if (marked != document.commands.end()) return &*marked;
  model::MeasuredCommand* fastest = nullptr;
  std::size_t measured = 0;
  for (model::MeasuredCommand& command : document.commands) {
    if (!command.summary) continue;
    ++measured;
    if (fastest == nullptr || command.summary->mean_ns < fastest->summary->mean_ns) fastest = &command;
  }
  return measured > 1 ? fastest : nullptr;
}

}  // namespace

std::optional<model::Interval> median_interval(std::span<const double> values) {
  if (values.empty()) return std::nullopt;
  std::vector<double> sorted(values.begin(), values.end());
  std::ranges::sort(sorted);
  const double middle = median(sorted);
  const std::size_t k = order_statistic(sorted.size());
  if (k == 0) return model::Interval{middle, middle, middle};
  return model::Interval{middle, sorted[k - 1], sorted[sorted.size() - k]};
}

std::vector<double> own_wall_ns(const model::CommandRuns& document, const model::MeasuredCommand& command) {
  const double cost = document.shell ? document.shell->median_ns.estimate : 0;
  std::vector<double> wall;
  for (const double value : command.runs.wall_ns) wall.push_back(std::max(0.0, value - cost));
  return wall;
}

void summarize(model::ShellCost& shell) {
  shell.median_ns = median_interval(shell.wall_ns).value_or(model::Interval{});
  shell.median_user_ns = shell.user_ns.empty() ? 0 : median(shell.user_ns);
  shell.median_system_ns = shell.system_ns.empty() ? 0 : median(shell.system_ns);
}

void summarize(model::CommandRuns& document) {
  if (document.shell) summarize(*document.shell);
  for (model::MeasuredCommand& command : document.commands) {
    command.summary.reset();
    command.relative.reset();
    if (!command.runs.wall_ns.empty()) command.summary = summary_of(document, command);
  }
  model::MeasuredCommand* reference = reference_of(document);
  if (reference == nullptr || !reference->summary) return;
  reference->reference = true;
  for (model::MeasuredCommand& command : document.commands) {
    if (&command != reference && command.summary) command.relative = relative_time(document, command, *reference);
  }
}

}  // namespace perfopt::stats
