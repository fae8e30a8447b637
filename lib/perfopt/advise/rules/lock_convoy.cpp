// SPDX-License-Identifier: Apache-2.0
// Threads that wait for a lock of the program's for much of their life, while there are cores that could run them.
// Waiting for work (condition variables, semaphores) is another matter: only what stands in the functions that take a
// lock counts.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "perfopt/advise/rules/rule.hpp"
#include "perfopt/core/units.hpp"

namespace perfopt::advise {
namespace {

constexpr double kLeastShare = 0.1;  // of the time of the threads that wait, and of what could be gained
constexpr double kSomebodyRuns = 0.5;

bool takes_lock(const model::Frame& frame) {
  constexpr auto kParts = std::to_array<std::string_view>(
      {"pthread_mutex_lock", "pthread_mutex_cond_lock", "pthread_mutex_clocklock", "pthread_mutex_timedlock",
       "pthread_rwlock_", "lll_lock_wait", "lll_mutex_lock", "std::mutex::lock", "std::shared_mutex::lock"});
  return std::any_of(kParts.begin(), kParts.end(),
                     [&](std::string_view part) { return frame.function.find(part) != std::string::npos; });
}

}  // namespace

void lock_convoy(Facts& facts, Advice& advice) {
  const std::vector<bool> locks = facts.below_user(takes_lock);
  const auto& samples = facts.profile.samples;
  const Waiting waiting = facts.find_waits(
      [&](std::size_t row) { return samples.activity[row] == model::Activity::futex && locks[samples.stack[row]]; });
  if (waiting.threads.size() < 2 || facts.cores() < 2) return;
  double lives_ns = 0;
  for (const std::uint32_t thread : waiting.threads) lives_ns += static_cast<double>(facts.lifetime_ns(thread));
  const double waited = static_cast<double>(waiting.finding.value) / std::max(lives_ns, 1.0);
  const double at_once = std::min(static_cast<double>(waiting.threads.size()), static_cast<double>(facts.cores()));
  const double gain = std::min(waited, 1 - facts.concurrency.mean_running / at_once);
  if (gain < kLeastShare || facts.concurrency.mean_ready < kSomebodyRuns) return;
  model::Recommendation one;
  one.rule = "lock_convoy";
  one.title = "let threads hold the lock for less, or have data of their own";
  one.reason = std::to_string(waiting.threads.size()) + " threads spend " + percent(waited) +
               " of their time waiting for a lock; on average " + format_ratio(facts.concurrency.mean_running) +
               " of a core is busy.";
  one.evidence = evidence_of(facts, waiting.finding, "waiting for the lock, summed over threads", lives_ns);
  one.impact = Facts::exact(gain);
  one.effort = model::Effort::medium;
  one.confidence = 0.8;
  one.remedy = "gather in data of each thread and join at the end; move what needs no lock out of it; or a lock for " +
               std::string("each part of the data");
  one.uses = "perfopt/optim/cpu/parallel_for.hpp";
  one.verify = verify_command(facts.profile);
  advice.push_back(one);
  facts.claim(waiting.finding);
}

}  // namespace perfopt::advise
