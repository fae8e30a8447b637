// SPDX-License-Identifier: Apache-2.0
#include "perfopt/advise/facts.hpp"

#include <algorithm>
#include <array>
#include <bitset>
#include <cmath>

#include "perfopt/core/units.hpp"
#include "perfopt/stats/hotspots.hpp"
#include "perfopt/stats/stack_sums.hpp"

namespace perfopt::advise {
namespace {

constexpr std::uint32_t kRoot = model::StackNode::kRoot;
constexpr double kNsPerSecond = 1e9;
constexpr double kZ = 1.959964;        // of 95 %
constexpr double kFewestSamples = 20;  // fewer are no finding
constexpr std::size_t kSlices = 20;
constexpr double kLeastSpread = 0.3;  // of the recording: what is seen in less of it is a start or an end
constexpr std::size_t kMostPlaces = 3;

std::vector<std::uint64_t> sums_of(const model::Profile& profile, std::string_view measure) {
  const auto index = model::find_measure(profile, measure);
  if (!index) return std::vector<std::uint64_t>(profile.stacks.size(), 0);
  stats::SampleFilter filter;
  filter.measure = *index;
  return stats::stack_sums(profile, filter).self;
}

// Samples that so much CPU time stands for.
double samples_in(const model::Profile& profile, double cpu_ns) {
  return profile.rate_hz > 0 ? cpu_ns / kNsPerSecond * profile.rate_hz : static_cast<double>(profile.samples.size());
}

}  // namespace

Facts::Facts(const model::Profile& of)
    : profile(of),
      cpu(sums_of(of, "cpu")),
      faults(sums_of(of, "page_faults")),
      places(stats::own_places(of)),
      work(stats::work_of_stacks(of)),
      concurrency(stats::concurrency(of)),
      elapsed_ns(static_cast<std::uint64_t>(std::max(of.elapsed_s, 0.0) * kNsPerSecond)),
      functions_(stats::function_table(of)),
      claimed_(of.stacks.size(), false) {
  if (const auto measure = model::find_measure(of, "cpu")) {
    stats::SampleFilter filter;
    filter.measure = *measure;
    cpu_ns = stats::total_of(of, filter);
  }
  for (const std::uint64_t ns : thread_preempted()) preempted_ns += ns;
  owners_.reserve(of.frames.size());
  for (const auto& frame : of.frames) owners_.push_back(stats::owner(frame));
}

std::vector<bool> Facts::frames_passing(const FrameTest& test) const {
  std::vector<bool> function_passes(functions_.size());
  for (std::size_t i = 0; i < functions_.size(); ++i) {
    function_passes[i] = test(profile.frames[functions_.frame[i]]);
  }
  std::vector<bool> passes(profile.frames.size());
  for (std::size_t i = 0; i < passes.size(); ++i) passes[i] = function_passes[functions_.of_frame[i]];
  return passes;
}

std::vector<bool> Facts::below_user(const FrameTest& test) const {
  const std::vector<bool> passes = frames_passing(test);
  std::vector<bool> stacks(profile.stacks.size(), false);
  for (std::size_t i = 0; i < stacks.size(); ++i) {
    const auto& node = profile.stacks[i];
    if (owners_[node.frame] == stats::Owner::user) continue;
    stacks[i] = passes[node.frame] || (node.parent != kRoot && stacks[node.parent]);
  }
  return stacks;
}

std::vector<bool> Facts::innermost(const FrameTest& test) const {
  const std::vector<bool> passes = frames_passing(test);
  std::vector<bool> stacks(profile.stacks.size(), false);
  for (std::size_t i = 0; i < stacks.size(); ++i) stacks[i] = passes[profile.stacks[i].frame];
  return stacks;
}

std::vector<bool> Facts::doing(stats::Work kind) const {
  std::vector<bool> stacks(work.size());
  for (std::size_t i = 0; i < stacks.size(); ++i) stacks[i] = work[i] == kind;
  return stacks;
}

Finding Facts::grouped(const std::map<std::uint32_t, std::uint64_t>& values) const {
  struct Lines {
    Site site;
    std::map<std::uint32_t, std::uint64_t> frames;
  };
  std::map<std::uint32_t, Lines> sites;  // by function
  Finding finding;
  for (const auto& [stack, value] : values) {
    const std::uint32_t frame = places[stack] == kRoot ? kRoot : profile.stacks[places[stack]].frame;
    Lines& lines = sites[frame == kRoot ? kRoot : functions_.of_frame[frame]];
    lines.site.value += value;
    lines.site.stacks.push_back(stack);
    lines.frames[frame] += value;
    finding.value += value;
  }
  const auto smaller = [](const auto& a, const auto& b) { return a.second < b.second; };
  for (auto& [function, lines] : sites) {
    lines.site.frame = std::max_element(lines.frames.begin(), lines.frames.end(), smaller)->first;
    finding.sites.push_back(std::move(lines.site));
  }
  std::stable_sort(finding.sites.begin(), finding.sites.end(),
                   [](const Site& a, const Site& b) { return a.value > b.value; });
  return finding;
}

Finding Facts::find(const std::vector<bool>& stacks, const std::vector<std::uint64_t>& values) const {
  std::map<std::uint32_t, std::uint64_t> found;
  for (std::uint32_t i = 0; i < stacks.size(); ++i) {
    if (stacks[i] && !claimed_[i] && values[i] != 0) found[i] = values[i];
  }
  return grouped(found);
}

Waiting Facts::find_waits(const std::function<bool(std::size_t row)>& test) const {
  Waiting waiting;
  const auto measure = model::find_measure(profile, "wall");
  if (!measure) return waiting;
  const auto& samples = profile.samples;
  std::map<std::uint32_t, std::uint64_t> found;
  for (std::size_t row = 0; row < samples.size(); ++row) {
    const std::uint32_t stack = samples.stack[row];
    if (samples.activity[row] == model::Activity::running || stack == kRoot || claimed_[stack] || !test(row)) continue;
    found[stack] += samples.values[*measure][row];
    ++waiting.count;
    waiting.threads.insert(samples.thread[row]);
  }
  waiting.finding = grouped(found);
  return waiting;
}

void Facts::claim(const Finding& finding) {
  for (const Site& site : finding.sites) {
    for (const std::uint32_t stack : site.stacks) claimed_[stack] = true;
  }
}

double Facts::spread(const Finding& finding) const {
  if (elapsed_ns == 0) return 0;
  std::vector<bool> meant(profile.stacks.size(), false);
  for (const Site& site : finding.sites) {
    for (const std::uint32_t stack : site.stacks) meant[stack] = true;
  }
  std::bitset<kSlices> seen;
  const auto& samples = profile.samples;
  for (std::size_t row = 0; row < samples.size(); ++row) {
    if (samples.stack[row] == kRoot || !meant[samples.stack[row]]) continue;
    const double at = static_cast<double>(samples.time_ns[row]) / static_cast<double>(elapsed_ns);
    seen.set(std::min(kSlices - 1, static_cast<std::size_t>(at * static_cast<double>(kSlices))));
  }
  return static_cast<double>(seen.count()) / static_cast<double>(kSlices);
}

double Facts::time_ns() const {
  const std::uint64_t own_ns = elapsed_ns - std::min(elapsed_ns, preempted_ns);
  return std::max({static_cast<double>(cpu_ns), static_cast<double>(own_ns), 1.0});
}

model::Impact Facts::sampled(std::uint64_t cpu_time_ns) const {
  const double n = samples_in(profile, static_cast<double>(cpu_ns));
  if (n <= 0) return {};
  const double p = std::min(1.0, static_cast<double>(cpu_time_ns) / static_cast<double>(cpu_ns));
  const double centre = (p + kZ * kZ / (2 * n)) / (1 + kZ * kZ / n);
  const double half = kZ / (1 + kZ * kZ / n) * std::sqrt(p * (1 - p) / n + kZ * kZ / (4 * n * n));
  const double of_time = static_cast<double>(cpu_ns) / time_ns();
  return {p * of_time, std::max(0.0, centre - half) * of_time, std::min(1.0, centre + half) * of_time};
}

model::Impact Facts::exact(double share) {
  const double bounded = std::clamp(share, 0.0, 1.0);
  return {bounded, bounded, bounded};
}

std::vector<std::uint64_t> Facts::thread_cpu() const {
  std::vector<std::uint64_t> sums(profile.threads.size(), 0);
  const auto measure = model::find_measure(profile, "cpu");
  if (!measure) return sums;
  for (std::size_t row = 0; row < profile.samples.size(); ++row) {
    sums[profile.samples.thread[row]] += profile.samples.values[*measure][row];
  }
  return sums;
}

std::vector<std::uint64_t> Facts::thread_preempted() const {
  std::vector<std::uint64_t> sums(profile.threads.size(), 0);
  const auto measure = model::find_measure(profile, "wall");
  for (std::size_t row = 0; measure && row < profile.samples.size(); ++row) {
    const bool preempted = profile.samples.activity[row] == model::Activity::preempted;
    if (preempted) sums[profile.samples.thread[row]] += profile.samples.values[*measure][row];
  }
  return sums;
}

std::uint64_t Facts::lifetime_ns(std::uint32_t thread) const {
  const auto& one = profile.threads[thread];
  const std::uint64_t end = std::min(one.end_ns.value_or(elapsed_ns), elapsed_ns);
  return end > one.start_ns ? end - one.start_ns : 0;
}

bool Facts::is_at(const Site& site, std::uint32_t stack) const {
  return site.frame != kRoot && places[stack] != kRoot &&
         functions_.of_frame[profile.stacks[places[stack]].frame] == functions_.of_frame[site.frame];
}

std::vector<bool> Facts::within(const Site& site) const {
  std::vector<bool> stacks(profile.stacks.size(), false);
  if (site.frame == kRoot) return stacks;
  const std::uint32_t function = functions_.of_frame[site.frame];
  for (std::size_t i = 0; i < stacks.size(); ++i) {
    const auto& node = profile.stacks[i];
    stacks[i] = functions_.of_frame[node.frame] == function || (node.parent != kRoot && stacks[node.parent]);
  }
  return stacks;
}

std::uint64_t Facts::spent_in(const Site& site, const std::vector<std::uint64_t>& values) const {
  std::uint64_t sum = 0;
  for (std::uint32_t i = 0; i < values.size(); ++i) {
    if (is_at(site, i)) sum += values[i];
  }
  return sum;
}

unsigned Facts::cores() const {
  const unsigned allowed = profile.environment.cpus_allowed;
  return std::max(1U, allowed != 0 ? allowed : profile.environment.cpus_online);
}

bool Facts::matters(const Finding& finding, double least_share) const {
  return !finding.empty() && samples_in(profile, static_cast<double>(finding.value)) >= kFewestSamples &&
         share(finding.value) >= least_share && spread(finding) >= kLeastSpread;
}

std::string percent(double share) {
  return format_percent(share);
}

model::Evidence evidence_at(const Facts& facts, const Site& site, std::string text) {
  model::Evidence evidence;
  evidence.text = std::move(text);
  if (site.frame == kRoot) return evidence;
  const model::Frame& frame = facts.profile.frames[site.frame];
  evidence.function = stats::frame_name(frame);
  evidence.file = frame.file;
  evidence.line = frame.line;
  return evidence;
}

std::vector<model::Evidence> evidence_of(const Facts& facts, const Finding& finding, std::string_view what,
                                         double whole_ns) {
  constexpr double kWorthNaming = 0.01;
  std::vector<model::Evidence> evidence;
  for (const Site& site : finding.sites) {
    const double share = static_cast<double>(site.value) / (whole_ns > 0 ? whole_ns : facts.time_ns());
    if (evidence.size() == kMostPlaces || (share < kWorthNaming && !evidence.empty())) break;
    evidence.push_back(evidence_at(facts, site, percent(share) + " of the time " + std::string(what)));
  }
  return evidence;
}

std::string verify_command(const model::Profile& profile) {
  std::string quoted;
  for (const char c : profile.command) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return "perfbench command -n before -n after '" + quoted + "' 'THE CHANGED COMMAND'";
}

}  // namespace perfopt::advise
