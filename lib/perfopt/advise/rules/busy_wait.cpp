// SPDX-License-Identifier: Apache-2.0
// Asking again and again instead of waiting: a function of the program of whose time a large part is spent in what only
// asks (loading an atomic, yielding, trying a lock, reading the clock, is_set(), empty()).
#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "perfopt/advise/rules/rule.hpp"

namespace perfopt::advise {
namespace {

constexpr double kLeastShare = 0.1;     // of the program's time
constexpr double kMostlyAsking = 0.35;  // of the function's own: less does some work between two questions

bool asks_native(std::string_view function) {
  constexpr auto kNames = std::to_array<std::string_view>(
      {"sched_yield", "__sched_yield", "__GI___sched_yield", "std::this_thread::yield", "pthread_mutex_trylock",
       "___pthread_mutex_trylock", "__pthread_mutex_trylock", "pthread_spin_lock", "pthread_spin_trylock",
       "sem_trywait", "clock_gettime", "__clock_gettime", "__GI___clock_gettime", "__vdso_clock_gettime",
       "std::mutex::try_lock", "std::chrono::_V2::steady_clock::now", "std::chrono::_V2::system_clock::now"});
  const std::string_view name = stats::qualified_name(function);
  if (std::find(kNames.begin(), kNames.end(), name) != kNames.end()) return true;
  const bool atomic = name.starts_with("std::atomic<") || name.starts_with("std::__atomic_base<") ||
                      name.starts_with("std::atomic_flag::") || name.starts_with("std::__atomic_flag");
  return atomic && (name.ends_with("::load") || name.ends_with("::test") || name.ends_with("::test_and_set") ||
                    name.ends_with("::compare_exchange_weak") || name.ends_with("::compare_exchange_strong") ||
                    name.find("::operator ") != std::string_view::npos);
}

bool asks(const model::Frame& frame) {
  struct Question {
    std::string_view file;
    std::string_view function;
  };
  constexpr auto kPython = std::to_array<Question>({{"/threading.py", "is_set"},
                                                    {"/threading.py", "is_alive"},
                                                    {"/queue.py", "empty"},
                                                    {"/queue.py", "get_nowait"},
                                                    {"/queue.py", "qsize"},
                                                    {"/subprocess.py", "poll"},
                                                    {"/concurrent/futures/_base.py", "done"},
                                                    {"/multiprocessing/process.py", "is_alive"}});
  if (frame.language == model::Language::python) {
    return std::any_of(kPython.begin(), kPython.end(), [&](const Question& question) {
      return std::string_view(frame.function).substr(frame.function.find_last_of('.') + 1) == question.function &&
             frame.file.ends_with(question.file);
    });
  }
  const bool atomic = frame.file.ends_with("/bits/atomic_base.h") || frame.file.ends_with("/atomic");
  if (atomic && (frame.function == "load" || frame.function == "test" || frame.function == "test_and_set" ||
                 frame.function.starts_with("compare_exchange"))) {
    return true;
  }
  return frame.language == model::Language::native && asks_native(frame.function);
}

}  // namespace

void busy_wait(Facts& facts, Advice& advice) {
  Finding all = facts.find(facts.below_user(asks), facts.cpu);
  Finding finding;
  for (Site& site : all.sites) {
    const double spent = static_cast<double>(facts.spent_in(site, facts.cpu));
    if (static_cast<double>(site.value) < kMostlyAsking * spent || facts.share(site.value) < kLeastShare) continue;
    finding.value += site.value;
    finding.sites.push_back(std::move(site));
  }
  if (!facts.matters(finding, kLeastShare)) return;
  model::Recommendation one;
  one.rule = "busy_wait";
  one.title = "wait instead of asking again and again";
  one.reason =
      percent(facts.share(finding.value)) +
      " of the time goes into asking whether something has happened, and nothing is done between two questions.";
  one.evidence = evidence_of(facts, finding, "asking");
  one.impact = facts.sampled(finding.value);
  one.effort = model::Effort::low;
  one.confidence = 0.8;
  one.remedy =
      "std::atomic::wait, a condition variable, a blocking get() or join(); where the wait is a few "
      "microseconds, spin a bounded number of times first";
  one.uses = "perfopt/optim/cpu/pipeline.hpp";
  one.verify = verify_command(facts.profile);
  advice.push_back(one);
  facts.claim(finding);
}

}  // namespace perfopt::advise
