// SPDX-License-Identifier: Apache-2.0
// Threads of one Python process that all have work, and of which one runs at a time: they take turns at the
// interpreter's lock. Seen by their states alone: each runs for a part of its life and waits for a futex in the rest,
// without a lock of the program's in its stack, and together they keep about one core busy.
#include <algorithm>
#include <cmath>
#include <set>
#include <string>

#include "perfopt/advise/rules/rule.hpp"
#include "perfopt/core/units.hpp"

namespace perfopt::advise {
namespace {

constexpr double kWorks = 0.1;         // of the process's CPU time, for a thread that has work
constexpr double kOneCore = 1.3;       // threads running at most, while all of them live
constexpr double kBusy = 0.6;          // at least: less is not bound by computing
constexpr double kLeastWaiting = 0.2;  // of the threads' lives

bool is_lock(const model::Frame& frame) {
  return frame.function.find("acquire_lock") != std::string::npos || frame.function.starts_with("pthread_mutex") ||
         frame.file.ends_with("/threading.py");
}

struct Workers {
  std::set<std::uint32_t> threads;
  double cpu_ns = 0;
  double preempted_ns = 0;
  double lives_ns = 0;
  double longest_ns = 0;
};

Workers workers_of(const Facts& facts, std::uint32_t pid) {
  const std::vector<std::uint64_t> cpu = facts.thread_cpu();
  const std::vector<std::uint64_t> preempted = facts.thread_preempted();
  double process_ns = 0;
  for (std::size_t i = 0; i < cpu.size(); ++i) {
    if (facts.profile.threads[i].pid == pid) process_ns += static_cast<double>(cpu[i]);
  }
  Workers workers;
  for (std::uint32_t i = 0; i < cpu.size(); ++i) {
    const auto ns = static_cast<double>(cpu[i]);
    if (facts.profile.threads[i].pid != pid || ns < kWorks * process_ns || ns <= 0) continue;
    workers.threads.insert(i);
    workers.cpu_ns += ns;
    workers.preempted_ns += static_cast<double>(preempted[i]);
    workers.lives_ns += static_cast<double>(facts.lifetime_ns(i));
    workers.longest_ns = std::max(workers.longest_ns, static_cast<double>(facts.lifetime_ns(i)));
  }
  return workers;
}

model::Recommendation recommendation(const Facts& facts, const Workers& workers, const Waiting& waiting) {
  const auto threads = static_cast<double>(workers.threads.size());
  const double at_once = std::min(threads, static_cast<double>(facts.cores()));
  const double waited = static_cast<double>(waiting.finding.value) / workers.lives_ns;
  model::Recommendation advice;
  advice.rule = "gil_bound";
  advice.title = "let processes do what these threads take turns at";
  advice.reason = std::to_string(workers.threads.size()) + " Python threads have work, and together they keep " +
                  format_ratio(workers.cpu_ns / workers.longest_ns) + " of a core busy: one holds the interpreter's " +
                  "lock while the others wait for " + percent(waited) + " of their time.";
  advice.evidence =
      evidence_of(facts, waiting.finding, "waiting for the interpreter, summed over threads", workers.lives_ns);
  advice.impact = Facts::exact(std::min(waited, 1 - 1 / at_once));
  advice.effort = model::Effort::medium;
  advice.confidence = 0.85;
  advice.remedy = "multiprocessing or concurrent.futures.ProcessPoolExecutor for work in Python itself; or move the " +
                  std::string("loop into a library that releases the lock (NumPy), or a free-threaded Python");
  advice.verify = verify_command(facts.profile);
  return advice;
}

}  // namespace

void gil_bound(Facts& facts, Advice& advice) {
  if (facts.cores() < 2) return;
  const std::vector<bool> locks = facts.below_user(is_lock);
  for (const auto& process : facts.profile.processes) {
    if (!process.language.starts_with("python")) continue;
    const Workers workers = workers_of(facts, process.pid);
    if (workers.threads.size() < 2 || workers.cpu_ns > kOneCore * workers.longest_ns ||
        workers.cpu_ns + workers.preempted_ns < kBusy * workers.longest_ns) {
      continue;
    }
    const auto& samples = facts.profile.samples;
    const Waiting waiting = facts.find_waits([&](std::size_t row) {
      return samples.activity[row] == model::Activity::futex && workers.threads.contains(samples.thread[row]) &&
             !locks[samples.stack[row]];
    });
    if (waiting.threads.size() < 2 || static_cast<double>(waiting.finding.value) < kLeastWaiting * workers.lives_ns) {
      continue;
    }
    advice.push_back(recommendation(facts, workers, waiting));
    facts.claim(waiting.finding);
  }
}

}  // namespace perfopt::advise
