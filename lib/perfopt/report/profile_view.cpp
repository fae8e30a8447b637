// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/profile_view.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <utility>

#include "perfopt/report/function_name.hpp"

namespace perfopt::report {
namespace {

using model::Profile;
using stats::GroupBy;
using stats::Hotspot;

constexpr double kWorthARow = 0.01;     // waits and allocation sites below this share of all of their kind are left out
constexpr std::size_t kPathFrames = 4;  // of an allocation site

// The time on a CPU is what such a profile is not about.
Profile waiting_only(Profile profile) {
  for (std::size_t row = 0; row < profile.samples.size(); ++row) {
    if (profile.samples.activity[row] != model::Activity::running) continue;
    for (auto& column : profile.samples.values) column[row] = 0;
  }
  return profile;
}

// Frames that belong to every allocation in every program.
bool tells_nothing(const model::Frame& frame) {
  constexpr std::array<std::string_view, 8> kStarts{
      "operator new", "std::", "__gnu_cxx::", "void std::", "void* std::", "malloc", "calloc", "realloc"};
  return std::ranges::any_of(kStarts, [&](std::string_view start) { return frame.function.starts_with(start); });
}

// Allocations are told of whoever asks for memory, not of the library that hands it out.
Profile without_allocators(Profile profile) {
  for (std::uint32_t& stack : profile.samples.stack) {
    std::uint32_t at = stack;
    while (at < profile.stacks.size() && tells_nothing(profile.frames[profile.stacks[at].frame])) {
      at = profile.stacks[at].parent;
    }
    if (at < profile.stacks.size()) stack = at;
  }
  return profile;
}

std::optional<std::size_t> second_of(const Profile& profile, std::string_view primary) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kCounts{
      {{"alloc_bytes", "allocs"}, {"live_bytes", "live_allocs"}, {"io_bytes", "io_calls"}, {"io_ns", "io_calls"}}};
  const auto found = std::ranges::find(kCounts, primary, &std::pair<std::string_view, std::string_view>::first);
  return found == kCounts.end() ? std::nullopt : model::find_measure(profile, found->second);
}

std::vector<std::optional<std::uint64_t>> counts_of(const Profile& profile, std::size_t measure,
                                                    const std::vector<Hotspot>& functions) {
  std::map<std::pair<std::string, std::string>, std::uint64_t> by_name;
  stats::SampleFilter filter;
  filter.measure = measure;
  for (const Hotspot& spot : stats::hotspots(profile, GroupBy::function, filter)) {
    by_name[{spot.name, spot.module}] = spot.self;
  }
  std::vector<std::optional<std::uint64_t>> counts;
  for (const Hotspot& spot : functions) {
    const auto found = by_name.find({spot.name, spot.module});
    counts.push_back(found == by_name.end() ? std::nullopt : std::optional(found->second));
  }
  return counts;
}

// Frames that stand at the root of every program.
bool is_start(std::string_view name) {
  return name.starts_with("_start") || name.starts_with("__libc_start") || name.starts_with("start_thread") ||
         name.starts_with("clone") || name.starts_with("__clone");
}

AllocationSite site_of(const Profile& profile, std::uint32_t stack) {
  AllocationSite site;
  std::size_t named = 0;
  for (; stack < profile.stacks.size() && named < kPathFrames; stack = profile.stacks[stack].parent) {
    const model::Frame& frame = profile.frames[profile.stacks[stack].frame];
    if (tells_nothing(frame) || is_start(frame.function) || frame.function.empty()) continue;
    if (named++ == 0) {
      site.file = frame.file;
      site.line = frame.line;
    }
    site.path += (site.path.empty() ? "" : " < ") + short_function(stats::frame_name(frame), 40);
  }
  if (site.path.empty()) site.path = "[no stack]";
  return site;
}

std::vector<AllocationSite> live_sites(const Profile& profile, std::size_t bytes, std::uint64_t& sum) {
  const std::optional<std::size_t> allocations = model::find_measure(profile, "live_allocs");
  std::map<std::uint32_t, std::pair<std::uint64_t, std::uint64_t>> by_stack;
  for (std::size_t row = 0; row < profile.samples.size(); ++row) {
    auto& [stack_bytes, count] = by_stack[profile.samples.stack[row]];
    stack_bytes += profile.samples.values[bytes][row];
    if (allocations) count += profile.samples.values[*allocations][row];
    sum += profile.samples.values[bytes][row];
  }
  std::map<std::pair<std::string, unsigned>, AllocationSite> by_path;  // stacks that differ in what is left out are one
  for (const auto& [stack, values] : by_stack) {
    if (values.first == 0) continue;
    AllocationSite site = site_of(profile, stack);
    AllocationSite& merged = by_path.try_emplace({site.path, site.line}, site).first->second;
    merged.bytes += values.first;
    merged.count += values.second;
  }
  std::vector<AllocationSite> sites;
  for (const auto& [key, site] : by_path) {
    if (static_cast<double>(site.bytes) >= kWorthARow * static_cast<double>(sum)) sites.push_back(site);
  }
  std::ranges::stable_sort(sites, std::ranges::greater{}, &AllocationSite::bytes);
  return sites;
}

}  // namespace

stats::SampleFilter ProfileView::filter() const {
  stats::SampleFilter all;
  all.measure = measure.value_or(0);
  return all;
}

ProfileView::ProfileView(const Profile& shown) : profile(shown), measure(model::find_measure(shown, shown.primary)) {
  if (shown.mode == "offcpu") refined = waiting_only(shown);
  if (shown.mode == "alloc") refined = without_allocators(shown);
  if (model::find_measure(shown, "wall")) {
    waits = stats::waits(shown);
    waited_ns = std::accumulate(waits.begin(), waits.end(), std::uint64_t{0},
                                [](std::uint64_t sum, const stats::Wait& wait) { return sum + wait.wall_ns; });
    std::erase_if(waits, [&](const stats::Wait& wait) {
      return static_cast<double>(wait.wall_ns) < kWorthARow * static_cast<double>(waited_ns);
    });
    concurrency = stats::concurrency(shown);
  }
  if (const auto bytes = model::find_measure(shown, "live_bytes")) live = live_sites(shown, *bytes, live_bytes);
  if (!measure) return;
  total = stats::total_of(source(), filter());
  if (total == 0) return;
  functions = stats::hotspots(source(), GroupBy::function, filter());
  std::erase_if(functions, [](const Hotspot& spot) { return spot.self == 0; });
  second = second_of(shown, shown.primary);
  counts =
      second ? counts_of(source(), *second, functions) : std::vector<std::optional<std::uint64_t>>(functions.size());
  if (shown.mode == "io") {
    objects = stats::hotspots(source(), GroupBy::object, filter());
    std::erase_if(objects, [](const Hotspot& spot) { return spot.self == 0; });
  }
  tree = stats::flame_tree(source(), filter());
}

}  // namespace perfopt::report
