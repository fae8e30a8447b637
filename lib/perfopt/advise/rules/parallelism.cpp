// SPDX-License-Identifier: Apache-2.0
// Cores that have nothing to do: children that are waited for one after the other, and phases of one thread in a
// program that runs several at other times.
#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "perfopt/advise/rules/rule.hpp"
#include "perfopt/core/units.hpp"

namespace perfopt::advise {
namespace {

constexpr double kLeastWaiting = 0.3;  // of the elapsed time, for a child
constexpr std::size_t kFewestChildren = 3;
constexpr double kOneAtATime = 1.25;  // children alive, and threads running
constexpr double kLeastSerial = 0.2;
constexpr double kWorks = 0.02;  // of the CPU time, for a thread that counts

struct Children {
  std::size_t count = 0;
  double together = 0;  // of them on average, while there is one
};

Children children_of(const Facts& facts, const std::set<std::uint32_t>& parents) {
  std::vector<std::pair<std::uint64_t, int>> changes;
  Children children;
  double lives_ns = 0;
  for (const auto& process : facts.profile.processes) {
    if (!parents.contains(process.parent_pid)) continue;
    const std::uint64_t end = process.end_ns.value_or(facts.elapsed_ns);
    if (end <= process.start_ns) continue;
    ++children.count;
    lives_ns += static_cast<double>(end - process.start_ns);
    changes.emplace_back(process.start_ns, 1);
    changes.emplace_back(end, -1);
  }
  std::sort(changes.begin(), changes.end());
  double covered_ns = 0;
  int alive = 0;
  std::uint64_t since = 0;
  for (const auto& [time_ns, change] : changes) {
    if (alive > 0) covered_ns += static_cast<double>(time_ns - since);
    alive += change;
    since = time_ns;
  }
  children.together = covered_ns > 0 ? lives_ns / covered_ns : 0;
  return children;
}

}  // namespace

void idle_on_child(Facts& facts, Advice& advice) {
  const auto& samples = facts.profile.samples;
  const Waiting waiting =
      facts.find_waits([&](std::size_t row) { return samples.activity[row] == model::Activity::child; });
  if (waiting.finding.empty() || facts.cores() < 2 || facts.elapsed_ns == 0) return;
  std::set<std::uint32_t> parents;
  for (const std::uint32_t thread : waiting.threads) parents.insert(facts.profile.threads[thread].pid);
  const Children children = children_of(facts, parents);
  const double waited =
      std::min(1.0, static_cast<double>(waiting.finding.value) / static_cast<double>(facts.elapsed_ns));
  if (waited < kLeastWaiting || children.count < kFewestChildren || children.together > kOneAtATime ||
      facts.concurrency.mean_ready > kOneAtATime) {
    return;
  }
  const double at_once = std::min(static_cast<double>(children.count), static_cast<double>(facts.cores()));
  model::Recommendation one;
  one.rule = "idle_on_child";
  one.title = "run independent children at the same time";
  one.reason = format_count(children.count) + " children run one after the other, and " + percent(waited) +
               " of the time is spent waiting for them while other cores are idle.";
  one.evidence = evidence_of(facts, waiting.finding, "waiting for a child", static_cast<double>(facts.elapsed_ns));
  one.impact = Facts::exact(waited * (1 - 1 / at_once));
  one.effort = model::Effort::medium;
  one.confidence = 0.6;
  one.remedy =
      "start as many as there are cores before waiting for the first (xargs -P, make -j, subprocess.Popen); "
      "or do the work without a process for each piece";
  one.uses = "perfopt/optim/cpu/parallel_for.hpp";
  one.verify = verify_command(facts.profile);
  advice.push_back(one);
  facts.claim(waiting.finding);
}

void serial_phase(Facts& facts, Advice& advice) {
  if (facts.cores() < 2 || facts.concurrency.serial.empty() || facts.elapsed_ns == 0) return;
  const bool explained = std::any_of(advice.begin(), advice.end(), [](const auto& other) {
    return other.rule == "lock_convoy" || other.rule == "gil_bound" || other.rule == "idle_on_child";
  });
  if (explained) return;
  double serial_ns = 0;
  for (const auto& phase : facts.concurrency.serial) serial_ns += static_cast<double>(phase.to_ns - phase.from_ns);
  const double share = serial_ns / static_cast<double>(facts.elapsed_ns);
  if (share < kLeastSerial) return;
  const std::vector<std::uint64_t> cpu = facts.thread_cpu();
  const auto workers = std::count_if(cpu.begin(), cpu.end(), [&](std::uint64_t ns) {
    return static_cast<double>(ns) >= kWorks * static_cast<double>(facts.cpu_ns);
  });
  const double at_once = std::clamp(static_cast<double>(workers), 1.0, static_cast<double>(facts.cores()));
  model::Recommendation one;
  one.rule = "serial_phase";
  one.title = "give the other cores a part of the serial phase";
  one.reason = "For " + percent(share) + " of the time one thread has work, in a program of " +
               format_count(static_cast<std::uint64_t>(workers)) + " threads that have.";
  for (const auto& phase : facts.concurrency.serial) {
    model::Evidence evidence;
    evidence.text = "one thread from " + format_duration_ns(static_cast<double>(phase.from_ns)) + " to " +
                    format_duration_ns(static_cast<double>(phase.to_ns));
    evidence.function = phase.function;
    one.evidence.push_back(evidence);
    if (one.evidence.size() == 3) break;
  }
  one.impact = Facts::exact(share * (1 - 1 / at_once));
  one.effort = model::Effort::high;
  one.confidence = 0.7;
  one.remedy = "split its loop over the cores, or overlap it with what follows";
  one.uses = "perfopt/optim/cpu/parallel_for.hpp, perfopt/optim/cpu/pipeline.hpp";
  one.verify = verify_command(facts.profile);
  advice.push_back(one);
}

}  // namespace perfopt::advise
