// SPDX-License-Identifier: Apache-2.0
// What the system is asked for again and again, and what is never given back.
#include <algorithm>
#include <string>
#include <string_view>

#include "perfopt/advise/rules/rule.hpp"
#include "perfopt/core/units.hpp"

namespace perfopt::advise {
namespace {

constexpr double kPageBytes = 4096;
constexpr double kLeastFaultShare = 0.15;  // of the time, in the kernel for it
constexpr double kTimesOver = 4;           // the faulted pages, of the memory that was ever in use
constexpr double kLeastFaultRate = 5000;   // per second

constexpr double kStart = 0.2;                       // of the recording, until things have settled
constexpr double kLeastGrowthBytes = 8.0 * 1048576;  // in all
constexpr double kSteady = 0.25;                     // of the mean growth, in each quarter
constexpr double kLeastOfPeak = 0.5;                 // of the last size: grown since the start
constexpr double kKeptShare = 0.5;                   // of what was allocated at a place, alive at the end

bool pages(const model::Frame& frame) {
  const std::string_view name = frame.function;
  return frame.language == model::Language::kernel &&
         (name.find("page_fault") != std::string_view::npos || name.find("munmap") != std::string_view::npos ||
          name.find("handle_mm_fault") != std::string_view::npos || name.find("sys_brk") != std::string_view::npos);
}

// Steady growth after the start; 0 where it settles, falls, or is not worth telling [bytes].
double steady_growth(const Facts& facts) {
  constexpr std::size_t kQuarters = 4;
  const auto& points = facts.profile.memory;
  const auto begin = static_cast<std::uint64_t>(kStart * static_cast<double>(facts.elapsed_ns));
  std::vector<double> sizes;
  for (std::size_t quarter = 0; quarter <= kQuarters; ++quarter) {
    const std::uint64_t at = begin + (facts.elapsed_ns - begin) * quarter / kQuarters;
    const auto after = std::find_if(points.begin(), points.end(), [&](const auto& p) { return p.time_ns >= at; });
    if (after == points.end() && (points.empty() || quarter < kQuarters)) return 0;
    // A last reading of a process that is ending may find nothing left of it: the largest of the end counts.
    double bytes = static_cast<double>((after == points.end() ? points.end() - 1 : after)->rss_bytes);
    if (quarter == kQuarters && points.size() > 1)
      bytes = std::max(bytes, static_cast<double>(points[points.size() - 2].rss_bytes));
    sizes.push_back(bytes);
  }
  const double growth = sizes.back() - sizes.front();
  if (growth < kLeastGrowthBytes || growth < kLeastOfPeak * sizes.back()) return 0;
  for (std::size_t i = 1; i < sizes.size(); ++i) {
    if (sizes[i] - sizes[i - 1] < kSteady * growth / static_cast<double>(kQuarters)) return 0;
  }
  return growth;
}

model::Recommendation leak_advice(const Facts& facts) {
  model::Recommendation one;
  one.rule = "leak";
  one.title = "give back what is no longer needed";
  one.effort = model::Effort::medium;
  one.remedy =
      "free it when it is over, bound the cache (least recently used leaves first), or hold it by a weak "
      "reference";
  one.uses = "perfopt/optim/io/lru.hpp";
  one.verify = "perfprof --mode alloc -- " + facts.profile.command;
  return one;
}

void leak_by_size(Facts& facts, Advice& advice) {
  const double growth = steady_growth(facts);
  if (growth <= 0) return;
  model::Recommendation one = leak_advice(facts);
  one.reason = "The memory in use grows by " + format_bytes(growth / facts.profile.elapsed_s / (1 - kStart)) +
               " each second, from the start to the end, and is never given back.";
  const Finding touched = facts.find(std::vector<bool>(facts.places.size(), true), facts.faults);
  for (std::size_t i = 0; i < std::min<std::size_t>(2, touched.sites.size()); ++i) {
    const double share = static_cast<double>(touched.sites[i].value) / static_cast<double>(touched.value);
    if (touched.sites[i].frame == model::StackNode::kRoot) continue;
    one.evidence.push_back(evidence_at(facts, touched.sites[i], percent(share) + " of the new pages are first used"));
  }
  if (one.evidence.empty()) one.evidence.push_back({"grew by " + format_bytes(growth), "", "", 0});
  one.confidence = 0.5;
  advice.push_back(one);
  facts.claim(touched);
}

// By a recording of allocations: what was made there is mostly alive at the end, and was made all the time.
void leak_by_allocations(Facts& facts, Advice& advice) {
  const auto live = model::find_measure(facts.profile, "live_bytes");
  const auto all = model::find_measure(facts.profile, "alloc_bytes");
  if (!live || !all) return;
  const auto sum = [&](std::size_t measure) {
    std::vector<std::uint64_t> sums(facts.profile.stacks.size(), 0);
    for (std::size_t row = 0; row < facts.profile.samples.size(); ++row) {
      const std::uint32_t stack = facts.profile.samples.stack[row];
      if (stack != model::StackNode::kRoot) sums[stack] += facts.profile.samples.values[measure][row];
    }
    return sums;
  };
  const std::vector<std::uint64_t> allocated = sum(*all);
  Finding found = facts.find(std::vector<bool>(facts.places.size(), true), sum(*live));
  constexpr double kLeastKept = 8.0 * 1048576;
  std::erase_if(found.sites, [&](const Site& site) {
    std::uint64_t made = 0;
    for (const std::uint32_t stack : site.stacks) made += allocated[stack];
    const auto kept = static_cast<double>(site.value);
    return kept < kLeastKept || kept < kKeptShare * static_cast<double>(made) ||
           facts.spread({{site}, site.value}) < 0.5;
  });
  if (found.empty()) return;
  model::Recommendation one = leak_advice(facts);
  one.reason = format_bytes(static_cast<double>(found.sites[0].value)) +
               " that one place allocates all the time are alive at the end.";
  for (std::size_t i = 0; i < std::min<std::size_t>(3, found.sites.size()); ++i) {
    one.evidence.push_back(evidence_at(facts, found.sites[i],
                                       format_bytes(static_cast<double>(found.sites[i].value)) + " alive at the end"));
  }
  one.confidence = 0.8;
  advice.push_back(one);
}

}  // namespace

void leak(Facts& facts, Advice& advice) {
  leak_by_allocations(facts, advice);
  if (facts.elapsed_ns != 0) leak_by_size(facts, advice);
}

void page_fault_storm(Facts& facts, Advice& advice) {
  const Finding touched = facts.find(std::vector<bool>(facts.places.size(), true), facts.faults);
  if (touched.empty() || facts.elapsed_ns == 0) return;
  std::uint64_t peak_bytes = 0;
  for (const auto& point : facts.profile.memory) peak_bytes = std::max(peak_bytes, point.rss_bytes);
  const double faults = static_cast<double>(touched.value);
  const double rate = faults / facts.profile.elapsed_s;
  if (rate < kLeastFaultRate || peak_bytes == 0 || faults * kPageBytes < kTimesOver * static_cast<double>(peak_bytes)) {
    return;
  }
  const Finding time = facts.find(facts.below_user(pages), facts.cpu);
  if (!facts.matters(time, kLeastFaultShare)) return;
  model::Recommendation one;
  one.rule = "page_fault_storm";
  one.title = "keep large buffers instead of asking the system for them again";
  one.reason = format_rate(rate) + " page faults: the memory ever in use was touched anew " +
               format_ratio(faults * kPageBytes / static_cast<double>(peak_bytes)) + " over, and " +
               percent(facts.share(time.value)) + " of the time is the kernel's for it.";
  one.evidence = evidence_of(facts, time, "in page faults and in unmapping");
  one.impact = facts.sampled(time.value);
  one.effort = model::Effort::low;
  one.confidence = 0.85;
  one.remedy =
      "make the buffer once and reuse it; or keep freed memory in the process (mallopt M_MMAP_THRESHOLD and "
      "M_TRIM_THRESHOLD, or an allocator that does)";
  one.uses = "perfopt/optim/memory/arena.hpp";
  one.verify = verify_command(facts.profile);
  advice.push_back(one);
  facts.claim(time);
}

}  // namespace perfopt::advise
