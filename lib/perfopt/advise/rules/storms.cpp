// SPDX-License-Identifier: Apache-2.0
// The system asked for little, very often: system calls that are mostly the way into the kernel and out of it, and
// files that are opened and closed again and again. Seen in the kernel's frames, where there are any; opens are counted
// in a recording of io as well. (Reads and writes of few bytes: small_transfers.cpp; page faults: memory.cpp.)
#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "perfopt/advise/rules/rule.hpp"
#include "perfopt/core/units.hpp"

namespace perfopt::advise {
namespace {

constexpr double kLeastCalling = 0.25;   // of the time, in system calls
constexpr double kLeastEntering = 0.12;  // of that, on the way in and out: longer calls do some work
constexpr double kLeastOpening = 0.15;   // of the time
constexpr double kManyOpens = 500;       // of one file, per second

template <std::size_t N>
bool is_any(std::string_view name, const std::array<std::string_view, N>& names) {
  return std::ranges::find(names, name) != names.end();
}

bool is_kernel(const model::Frame& frame) {
  return frame.language == model::Language::kernel;
}

bool calls_system(const model::Frame& frame) {
  const std::string_view name = frame.function;
  return is_kernel(frame) && (name.starts_with("entry_SYSCALL") || name == "do_syscall_64" || name == "x64_sys_call");
}

bool enters(const model::Frame& frame) {
  const std::string_view name = frame.function;
  return is_kernel(frame) && (calls_system(frame) || name.starts_with("syscall_") || name.starts_with("__x64_sys_") ||
                              name.starts_with("entry_SYSRETQ"));
}

// These wait, take turns, or make processes: other rules know why.
bool is_other_matter(const model::Frame& frame) {
  constexpr std::array<std::string_view, 9> kParts{"futex",  "nanosleep",   "sched_yield", "_poll",     "select",
                                                   "_clone", "_sys_execve", "_wait4",      "page_fault"};
  return is_kernel(frame) && std::ranges::any_of(kParts, [&](std::string_view part) {
           return frame.function.find(part) != std::string::npos;
         });
}

bool opens(const model::Frame& frame) {
  constexpr std::array<std::string_view, 8> kKernel{"do_sys_openat2", "do_sys_open", "__x64_sys_openat",
                                                    "__x64_sys_open", "path_openat", "__x64_sys_close",
                                                    "filp_close",     "__fput"};
  constexpr std::array<std::string_view, 17> kNative{"_io_open",
                                                     "_io_FileIO_close",
                                                     "open",
                                                     "open64",
                                                     "__open64",
                                                     "__libc_open64",
                                                     "__GI___libc_open64",
                                                     "openat",
                                                     "openat64",
                                                     "__openat64",
                                                     "__libc_openat64",
                                                     "__GI___open64_nocancel",
                                                     "__open_nocancel",
                                                     "creat",
                                                     "close",
                                                     "__close",
                                                     "__close_nocancel"};
  if (is_kernel(frame)) return is_any(frame.function, kKernel);
  return frame.language == model::Language::native && is_any(frame.function, kNative);
}

std::vector<bool> system_calls(const Facts& facts) {
  std::vector<bool> calls = facts.below_user(calls_system);
  const std::vector<bool> other = facts.below_user(is_other_matter);
  for (std::size_t i = 0; i < calls.size(); ++i) calls[i] = calls[i] && !other[i];
  return calls;
}

model::Recommendation opening_advice(const Facts& facts) {
  model::Recommendation one;
  one.rule = "io_storm";
  one.title = "open a file once, not for each use";
  one.effort = model::Effort::low;
  one.remedy =
      "keep the file open, or what was read of it, and look only whether it has changed; where they are many "
      "different small files, keep them in one (an archive, SQLite)";
  one.uses = "perfopt/optim/io/lru.hpp";
  one.verify = "perfprof --mode io -- " + facts.profile.command;
  return one;
}

void opening_by_samples(Facts& facts, Advice& advice) {
  const Finding opening = facts.find(facts.below_user(opens), facts.cpu);
  if (!facts.matters(opening, kLeastOpening)) return;
  model::Recommendation one = opening_advice(facts);
  one.reason = percent(facts.share(opening.value)) +
               " of the time goes into opening and closing files, not into what is in them.";
  one.evidence = evidence_of(facts, opening, "opening and closing files");
  one.impact = facts.sampled(opening.value);
  one.confidence = 0.75;
  advice.push_back(one);
  // What these functions read between opening and closing is part of it.
  const std::vector<bool> calls = system_calls(facts);
  facts.claim(opening);
  for (const Site& site : opening.sites) {
    for (std::uint32_t i = 0; i < calls.size(); ++i) {
      if (calls[i] && facts.is_at(site, i)) facts.claim(i);
    }
  }
}

struct Opened {
  std::uint32_t object = 0;  // 0: nothing was opened
  std::uint64_t count = 0;
};

// The file that was opened most often.
Opened most_opened(const Facts& facts, std::size_t calls, const std::vector<bool>& opening) {
  const auto& samples = facts.profile.samples;
  std::vector<std::uint64_t> counts(facts.profile.objects.size(), 0);
  for (std::size_t row = 0; row < samples.size(); ++row) {
    const std::uint32_t stack = samples.stack[row];
    if (stack == model::StackNode::kRoot || samples.object[row] == 0 || !opening[stack]) continue;
    counts[samples.object[row]] += samples.values[calls][row];
  }
  const auto most = std::ranges::max_element(counts);
  if (most == counts.end() || *most == 0) return {};
  return {.object = static_cast<std::uint32_t>(most - counts.begin()), .count = *most};
}

void opening_by_counts(Facts& facts, Advice& advice) {
  const auto calls = model::find_measure(facts.profile, "io_calls");
  const auto time = model::find_measure(facts.profile, "io_ns");
  if (!calls || !time || facts.elapsed_ns == 0) return;
  const std::vector<bool> opening = facts.innermost(opens);
  const Opened opened = most_opened(facts, *calls, opening);
  if (static_cast<double>(opened.count) < kManyOpens * std::max(1.0, facts.profile.elapsed_s)) return;
  const auto& samples = facts.profile.samples;
  std::vector<std::uint64_t> counts(facts.profile.stacks.size(), 0);
  double spent_ns = 0;
  for (std::size_t row = 0; row < samples.size(); ++row) {
    const std::uint32_t stack = samples.stack[row];
    if (samples.object[row] != opened.object || stack == model::StackNode::kRoot) continue;
    spent_ns += static_cast<double>(samples.values[*time][row]);
    if (opening[stack]) counts[stack] += samples.values[*calls][row];
  }
  const Finding finding = facts.find(opening, counts);
  if (finding.empty()) return;
  for (std::size_t row = 0; row < samples.size(); ++row) {
    const bool its = samples.object[row] == opened.object && samples.stack[row] != model::StackNode::kRoot;
    if (its) facts.claim(samples.stack[row]);
  }
  model::Recommendation one = opening_advice(facts);
  one.reason = facts.profile.objects[opened.object] + " is opened " + format_count(opened.count) + " times.";
  one.evidence.push_back(
      evidence_at(facts, finding.sites[0], "opened " + format_count(finding.sites[0].value) + " times"));
  one.impact = Facts::exact(spent_ns / facts.time_ns());
  one.confidence = 0.95;
  advice.push_back(one);
}

}  // namespace

void io_storm(Facts& facts, Advice& advice) {
  opening_by_samples(facts, advice);
  opening_by_counts(facts, advice);
}

void system_call_storm(Facts& facts, Advice& advice) {
  const std::vector<bool> calls = system_calls(facts);
  std::vector<bool> entering = facts.innermost(enters);
  for (std::size_t i = 0; i < calls.size(); ++i) entering[i] = entering[i] && calls[i];
  const Finding all = facts.find(calls, facts.cpu);
  if (!facts.matters(all, kLeastCalling)) return;
  const double way = static_cast<double>(facts.find(entering, facts.cpu).value) / static_cast<double>(all.value);
  if (way < kLeastEntering) return;
  model::Recommendation one;
  one.rule = "system_call_storm";
  one.title = "ask the system less often";
  one.reason = percent(facts.share(all.value)) + " of the time is spent in system calls, and " + percent(way) +
               " of that only on the way into the kernel and out: they are many and do little each.";
  one.evidence = evidence_of(facts, all, "in system calls");
  one.impact = facts.sampled(all.value);
  one.effort = model::Effort::low;
  one.confidence = 0.7;
  one.remedy =
      "ask once and keep the answer (what a file is, who one is, what the time is); gather many requests in one "
      "(readv, recvmmsg, io_uring)";
  one.uses = "perfopt/optim/io/batch_reader.hpp";
  one.verify = verify_command(facts.profile);
  advice.push_back(one);
  facts.claim(all);
}

}  // namespace perfopt::advise
