// SPDX-License-Identifier: Apache-2.0
// Asking again and again instead of waiting: a function of the program of whose time a large part is spent in what only
// asks (loading an atomic, yielding, trying a lock, reading the clock, is_set(), empty()).
//
// In Python most of that time is the interpreter's, on the way into the question and out of it. There the line tells:
// the function, with all that it calls, spends nearly all its time on the lines that ask.
#include <algorithm>
#include <array>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "perfopt/advise/rules/rule.hpp"

namespace perfopt::advise {
namespace {

constexpr double kLeastShare = 0.1;     // of the program's time
constexpr double kMostlyAsking = 0.35;  // of the function's own: less does some work between two questions
constexpr double kOnAskingLines = 0.9;  // of the function and all that it calls
constexpr double kLeastAsking = 0.1;    // of it, within what is asked

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

struct Question {
  std::string_view file;
  std::string_view function;
};

bool is_question(const model::Frame& frame, std::span<const Question> questions) {
  return frame.language == model::Language::python &&
         std::any_of(questions.begin(), questions.end(), [&](const Question& question) {
           return std::string_view(frame.function).substr(frame.function.find_last_of('.') + 1) == question.function &&
                  frame.file.ends_with(question.file);
         });
}

// What changes nothing and takes nothing: a queue that is emptied by get_nowait() is no wait.
constexpr auto kOnlyAsks = std::to_array<Question>({{"/threading.py", "is_set"},
                                                    {"/threading.py", "is_alive"},
                                                    {"/queue.py", "empty"},
                                                    {"/subprocess.py", "poll"},
                                                    {"/concurrent/futures/_base.py", "done"},
                                                    {"/multiprocessing/process.py", "is_alive"}});

bool only_asks(const model::Frame& frame) {
  return is_question(frame, kOnlyAsks);
}

bool asks(const model::Frame& frame) {
  constexpr auto kTakes = std::to_array<Question>({{"/queue.py", "get_nowait"}, {"/queue.py", "qsize"}});
  if (only_asks(frame) || is_question(frame, kTakes)) return true;
  const bool atomic = frame.file.ends_with("/bits/atomic_base.h") || frame.file.ends_with("/atomic");
  if (atomic && (frame.function == "load" || frame.function == "test" || frame.function == "test_and_set" ||
                 frame.function.starts_with("compare_exchange"))) {
    return true;
  }
  return frame.language == model::Language::native && asks_native(frame.function);
}

// The time on the lines that ask, where nearly all of the function's is spent on them; empty where it is not.
Site asking_lines(const Facts& facts, const Site& asked) {
  if (asked.frame == model::StackNode::kRoot) return {};
  const auto place = [&](std::uint32_t stack) -> const model::Frame& {
    return facts.profile.frames[facts.profile.stacks[facts.places[stack]].frame];
  };
  std::set<std::pair<std::string_view, unsigned>> lines;
  for (const std::uint32_t stack : asked.stacks) lines.emplace(place(stack).file, place(stack).line);
  Site site;
  site.frame = asked.frame;
  const std::vector<bool> within = facts.within(asked);
  std::uint64_t spent = 0;
  for (std::uint32_t i = 0; i < within.size(); ++i) {
    if (!within[i]) continue;
    spent += facts.cpu[i];
    if (!facts.is_at(asked, i) || !lines.contains({place(i).file, place(i).line})) continue;
    site.value += facts.cpu[i];
    site.stacks.push_back(i);
  }
  const auto whole = static_cast<double>(spent);
  const bool asking = static_cast<double>(site.value) >= kOnAskingLines * whole &&
                      static_cast<double>(asked.value) >= kLeastAsking * whole;
  return asking ? site : Site{};
}

void advise_waiting(Facts& facts, const Finding& finding, Advice& advice) {
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

}  // namespace

void asking_in_python(Facts& facts, Advice& advice) {
  Finding finding;
  for (const Site& asked : facts.find(facts.below_user(only_asks), facts.cpu).sites) {
    Site site = asking_lines(facts, asked);
    if (facts.share(site.value) < kLeastShare) continue;
    finding.value += site.value;
    finding.sites.push_back(std::move(site));
  }
  advise_waiting(facts, finding, advice);
}

void busy_wait(Facts& facts, Advice& advice) {
  Finding all = facts.find(facts.below_user(asks), facts.cpu);
  Finding finding;
  for (Site& site : all.sites) {
    const double spent = static_cast<double>(facts.spent_in(site, facts.cpu));
    if (static_cast<double>(site.value) < kMostlyAsking * spent || facts.share(site.value) < kLeastShare) continue;
    finding.value += site.value;
    finding.sites.push_back(std::move(site));
  }
  advise_waiting(facts, finding, advice);
}

}  // namespace perfopt::advise
