// SPDX-License-Identifier: Apache-2.0
#include "perfopt/stats/share_series.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "perfopt/model/frame_name.hpp"

namespace perfopt::stats {
namespace {

constexpr const char* kNoStack = "[no stack]";
constexpr double kFewestSamples = 160;   // below, blocks say nothing
constexpr double kSamplesPerBlock = 8;   // at least
constexpr double kLeftOut = 0.1;         // of the squares, at the longer lengths
constexpr double kTrimmedScale = 1.604;  // mean of a chi-square variable of 1 degree / mean of its lower 90 %
constexpr std::size_t kStep = 4;         // from one length to the next
constexpr std::size_t kFewestBlocks = 20;
// The longer a length the fewer blocks, and the more uncertain its variance: by chance alone the largest of three were
// too large. That of bursts rests on few of them and is rather taken too large. Found by simulation (the unit test).
constexpr double kBeyondChance[] = {1.15, 1.4};
constexpr double kBurstsBeyondChance = 0.7;
constexpr double kSlip = 0.03;  // of the run, that a phase may begin earlier or later
constexpr double kAlike = 0.9;  // of a function's share, that stands at the same place of both runs

// Of the sum of the series, from squares of differences of neighbours, without the largest tenth where `trimmed`.
double variance_of_sum(std::span<const double> series, bool trimmed) {
  std::vector<double> squares;
  squares.reserve(series.size());
  for (std::size_t i = 1; i < series.size(); ++i) {
    squares.push_back((series[i] - series[i - 1]) * (series[i] - series[i - 1]) / 2);
  }
  double scale = 1;
  if (trimmed) {
    std::ranges::sort(squares);
    squares.resize(squares.size() - static_cast<std::size_t>(kLeftOut * static_cast<double>(squares.size())));
    scale = kTrimmedScale;
  }
  const double mean = std::accumulate(squares.begin(), squares.end(), 0.0) / static_cast<double>(squares.size());
  return scale * mean * static_cast<double>(series.size());
}

std::vector<double> coarser(std::span<const double> series) {
  std::vector<double> sums((series.size() + kStep - 1) / kStep);
  for (std::size_t i = 0; i < series.size(); ++i) sums[i / kStep] += series[i];
  return sums;
}

}  // namespace

ShareSeries::ShareSeries(const model::Profile& profile, std::size_t measure) : profile_(profile) {
  const std::vector<std::uint64_t>& values = profile.samples.values.at(measure);
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t row) { return profile.samples.time_ns[row]; });
  double squares = 0;
  for (const std::size_t row : order) {
    if (values[row] == 0) continue;
    rows_.push_back({profile.samples.stack[row], values[row]});
    sum_ += values[row];
    squares += static_cast<double>(values[row]) * static_cast<double>(values[row]);
  }
  timed_ = !order.empty() && profile.samples.time_ns[order.front()] != profile.samples.time_ns[order.back()];
  const auto all = static_cast<double>(sum_);
  if (timed_) {
    samples_ = all * all / squares;
  } else if (profile.rate_hz > 0 && profile.measures[measure].unit == "ns") {
    samples_ = all * 1e-9 * profile.rate_hz;
  } else {
    samples_ = static_cast<double>(profile.counts.taken);
  }
  name_frames();
  std::vector<std::uint32_t> scratch;
  std::vector<std::uint64_t> self(names_.size());
  std::vector<std::uint64_t> total(names_.size());
  for (const Row& row : rows_) {
    functions_of(row.stack, scratch, [&](std::uint32_t name, bool leaf) {
      total[name] += row.value;
      if (leaf) self[name] += row.value;
    });
  }
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (self[i] > 0) self_[names_[i]] = self[i];
    if (total[i] > 0) total_[names_[i]] = total[i];
  }
}

void ShareSeries::name_frames() {
  const auto add = [&](std::string name, std::size_t frame) {
    const auto [found, fresh] = index_.try_emplace(name, static_cast<std::uint32_t>(names_.size()));
    if (fresh) {
      names_.push_back(std::move(name));
      frame_of_.push_back(static_cast<std::uint32_t>(frame));
    }
    name_of_.push_back(found->second);
  };
  for (std::size_t i = 0; i < profile_.frames.size(); ++i) add(model::frame_name(profile_.frames[i]), i);
  add(kNoStack, profile_.frames.size());
}

const model::Frame* ShareSeries::frame(const std::string& function) const {
  const auto found = index_.find(function);
  if (found == index_.end() || frame_of_[found->second] >= profile_.frames.size()) return nullptr;
  return &profile_.frames[frame_of_[found->second]];
}

template <class Visit>
void ShareSeries::functions_of(std::uint32_t stack, std::vector<std::uint32_t>& scratch, Visit visit) const {
  if (stack == model::StackNode::kRoot) return visit(name_of_.back(), true);
  scratch.clear();
  for (std::uint32_t node = stack; node != model::StackNode::kRoot; node = profile_.stacks[node].parent) {
    scratch.push_back(name_of_[profile_.stacks[node].frame]);
  }
  const std::uint32_t leaf = scratch.front();
  std::ranges::sort(scratch);
  const auto repeated = std::ranges::unique(scratch);
  for (auto name = scratch.begin(); name != repeated.begin(); ++name) visit(*name, *name == leaf);
}

std::vector<ShareSeries::Course> ShareSeries::courses(ShareKind kind, const std::vector<std::string>& functions) const {
  std::vector<Course> courses(functions.size());
  if (!timed_ || samples_ < kFewestSamples) return courses;
  constexpr std::uint32_t kNotAsked = static_cast<std::uint32_t>(-1);
  std::vector<std::uint32_t> column(names_.size(), kNotAsked);
  for (std::size_t i = 0; i < functions.size(); ++i) {
    const auto found = index_.find(functions[i]);
    if (found != index_.end()) column[found->second] = static_cast<std::uint32_t>(i);
  }
  const auto blocks = static_cast<std::size_t>(std::min<double>(kBlocks, samples_ / kSamplesPerBlock));
  for (Course& course : courses) course.assign(blocks, 0);
  std::vector<double> weights(blocks);
  std::vector<std::uint32_t> scratch;
  double before = 0;
  const auto all = static_cast<double>(sum_);
  for (const Row& row : rows_) {
    const double share = static_cast<double>(row.value) / all;
    const double middle = before + share / 2;
    const std::size_t block = std::min(blocks - 1, static_cast<std::size_t>(middle * static_cast<double>(blocks)));
    before += share;
    weights[block] += share;
    functions_of(row.stack, scratch, [&](std::uint32_t name, bool leaf) {
      if (column[name] != kNotAsked && (leaf || kind == ShareKind::total)) courses[column[name]][block] += share;
    });
  }
  // Blocks differ a little in weight: what a function would have of an average one.
  for (Course& course : courses) {
    const double share = std::accumulate(course.begin(), course.end(), 0.0);
    for (std::size_t block = 0; block < blocks; ++block) {
      course[block] += share * (1 / static_cast<double>(blocks) - weights[block]);
    }
  }
  return courses;
}

bool alike(const ShareSeries::Course& a, const ShareSeries::Course& b) {
  const double sum_a = std::accumulate(a.begin(), a.end(), 0.0);
  const double sum_b = std::accumulate(b.begin(), b.end(), 0.0);
  if (sum_a <= 0 || sum_b <= 0) return false;
  // Both in order: the earliest of one that is near enough to the earliest of the other is its partner.
  double matched = 0;
  std::size_t i = 0;
  std::size_t j = 0;
  double left_a = a[0] / sum_a;
  double left_b = b[0] / sum_b;
  while (i < a.size() && j < b.size()) {
    const double at_a = static_cast<double>(i) / static_cast<double>(a.size());
    const double at_b = static_cast<double>(j) / static_cast<double>(b.size());
    if (left_a > 0 && left_b > 0 && std::abs(at_a - at_b) <= kSlip) {
      const double both = std::min(left_a, left_b);
      matched += both;
      left_a -= both;
      left_b -= both;
    }
    const bool next_a = left_a <= 0 || (left_b > 0 && at_a < at_b);
    if (next_a) {
      if (++i < a.size()) left_a = a[i] / sum_a;
    } else {
      if (++j < b.size()) left_b = b[j] / sum_b;
    }
  }
  return matched >= kAlike;
}

double bursts(const ShareSeries::Course& course) {
  double sum = 0;
  double squares = 0;
  for (const double part : coarser(course)) {
    const double here = std::max(part, 0.0);
    sum += here;
    squares += here * here;
  }
  return squares > 0 ? sum * sum / squares : 0;
}

double share_variance(const ShareSeries::Course& course, bool phases) {
  if (course.size() < kFewestBlocks) return 0;
  double largest = variance_of_sum(course, false);
  std::vector<double> series = course;
  for (const double beyond_chance : kBeyondChance) {
    series = coarser(series);
    if (series.size() < kFewestBlocks) break;
    largest = std::max(largest, variance_of_sum(series, phases) / (phases ? beyond_chance : kBurstsBeyondChance));
  }
  return largest;
}

}  // namespace perfopt::stats
