// SPDX-License-Identifier: Apache-2.0
// System calls that move few bytes: the time of reading or writing goes into the calls, not into copying. Seen in the
// kernel's frames below the call, where there are any; or counted, in a recording of io.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "perfopt/advise/rules/rule.hpp"
#include "perfopt/core/units.hpp"

namespace perfopt::advise {
namespace {

constexpr double kLeastShare = 0.15;    // of the time
constexpr double kMostCopying = 0.3;    // of the time of the calls
constexpr double kLeastEntering = 0.1;  // of the time of the calls, in getting into the kernel and to the file
constexpr double kFewBytes = 512;       // a call, on average
constexpr double kManyCalls = 2000;     // per second

struct Direction {
  std::string_view rule;
  std::string_view title;
  std::string_view verb;
  std::string_view remedy;
  std::string_view uses;
  model::Activity activity;
  bool (*calls)(const model::Frame&);
};

bool is_any(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool writes(const model::Frame& frame) {
  return is_any(frame.function,
                {"write", "__write", "__libc_write", "__GI___libc_write", "__GI___write", "pwrite64", "__libc_pwrite64",
                 "writev", "__GI_writev", "ksys_write", "__x64_sys_write", "__x64_sys_pwrite64", "__x64_sys_writev"});
}

bool reads(const model::Frame& frame) {
  return is_any(frame.function,
                {"read", "__read", "__libc_read", "__GI___libc_read", "__GI___read", "pread64", "__libc_pread64",
                 "readv", "__GI_readv", "ksys_read", "__x64_sys_read", "__x64_sys_pread64", "__x64_sys_readv"});
}

// What grows with the bytes of a call.
bool copies(const model::Frame& frame) {
  const std::string_view name = frame.function;
  return frame.language == model::Language::kernel &&
         (name.find("copy_") != std::string_view::npos || name.find("rep_movs") != std::string_view::npos ||
          name.find("copyin") != std::string_view::npos || name.find("copyout") != std::string_view::npos ||
          name.find("clear_page") != std::string_view::npos || name.find("alloc_pages") != std::string_view::npos ||
          name.find("readahead") != std::string_view::npos);
}

// What is done once a call, however many bytes it moves.
bool enters(const model::Frame& frame) {
  const std::string_view name = frame.function;
  if (frame.language != model::Language::kernel) return reads(frame) || writes(frame);
  return name.starts_with("entry_SYSCALL") || name.starts_with("syscall_") || name.starts_with("do_syscall") ||
         name.starts_with("__x64_sys_") || name.starts_with("ksys_") || name.starts_with("vfs_") ||
         name.starts_with("fdget") || name.starts_with("__fget") || name.starts_with("security_file") ||
         name.starts_with("rw_verify_area");
}

bool is_kernel(const model::Frame& frame) {
  return frame.language == model::Language::kernel;
}

std::vector<bool> both(std::vector<bool> a, const std::vector<bool>& b) {
  for (std::size_t i = 0; i < a.size(); ++i) a[i] = a[i] && b[i];
  return a;
}

model::Recommendation recommendation(const Facts& facts, const Direction& direction) {
  model::Recommendation one;
  one.rule = direction.rule;
  one.title = direction.title;
  one.effort = model::Effort::low;
  one.remedy = direction.remedy;
  one.uses = direction.uses;
  one.verify = verify_command(facts.profile);
  return one;
}

void by_samples(Facts& facts, const Direction& direction, Advice& advice) {
  const std::vector<bool> calls = facts.below_user(direction.calls);
  const Finding all = facts.find(calls, facts.cpu);
  const Finding kernel = facts.find(both(calls, facts.below_user(is_kernel)), facts.cpu);
  const Finding copying = facts.find(both(calls, facts.below_user(copies)), facts.cpu);
  const Finding entering = facts.find(both(calls, facts.innermost(enters)), facts.cpu);
  if (!facts.matters(all, kLeastShare) || kernel.empty() ||
      static_cast<double>(entering.value) < kLeastEntering * static_cast<double>(all.value) ||
      static_cast<double>(copying.value) > kMostCopying * static_cast<double>(all.value)) {
    return;
  }
  model::Recommendation one = recommendation(facts, direction);
  one.reason = percent(facts.share(all.value)) + " of the time is spent in " + std::string(direction.verb) +
               " system calls, of which only " +
               percent(static_cast<double>(copying.value) / static_cast<double>(all.value)) +
               " copies bytes: they are many and small.";
  one.evidence = evidence_of(facts, all, "in " + std::string(direction.verb) + " system calls");
  one.impact = facts.sampled(all.value);
  one.confidence = 0.8;
  advice.push_back(one);
  facts.claim(all);
}

// A profile of io counts calls and bytes.
void by_counts(Facts& facts, const Direction& direction, Advice& advice) {
  const auto bytes = model::find_measure(facts.profile, "io_bytes");
  const auto calls = model::find_measure(facts.profile, "io_calls");
  const auto time = model::find_measure(facts.profile, "io_ns");
  if (!bytes || !calls || !time || facts.elapsed_ns == 0) return;
  const auto& samples = facts.profile.samples;
  std::vector<std::uint64_t> call_sums(facts.profile.stacks.size(), 0);
  double moved = 0;
  double spent_ns = 0;
  for (std::size_t row = 0; row < samples.size(); ++row) {
    const std::uint32_t stack = samples.stack[row];
    if (samples.activity[row] != direction.activity || stack == model::StackNode::kRoot || facts.claimed(stack)) {
      continue;
    }
    call_sums[stack] += samples.values[*calls][row];
    moved += static_cast<double>(samples.values[*bytes][row]);
    spent_ns += static_cast<double>(samples.values[*time][row]);
  }
  const Finding finding = facts.find(std::vector<bool>(call_sums.size(), true), call_sums);
  const auto count = static_cast<double>(finding.value);
  if (finding.empty() || count < kManyCalls * facts.profile.elapsed_s || moved > kFewBytes * count) return;
  model::Recommendation one = recommendation(facts, direction);
  one.reason = format_count(finding.value) + " " + std::string(direction.verb) + " system calls move " +
               format_bytes(moved / count) + " each.";
  for (std::size_t i = 0; i < std::min<std::size_t>(3, finding.sites.size()); ++i) {
    one.evidence.push_back(
        evidence_at(facts, finding.sites[i], format_count(finding.sites[i].value) + " system calls"));
  }
  one.impact = Facts::exact(spent_ns / facts.time_ns());
  one.confidence = 0.95;
  advice.push_back(one);
}

}  // namespace

void unbuffered_writes(Facts& facts, Advice& advice) {
  const Direction direction{"unbuffered_writes",
                            "gather small writes",
                            "write",
                            "a buffer of 64 KiB or more between the records and the file; in Python, the default "
                            "buffering of open(), and no flush for each line",
                            "perfopt/optim/io/buffered_writer.hpp",
                            model::Activity::write,
                            writes};
  by_samples(facts, direction, advice);
  by_counts(facts, direction, advice);
}

void tiny_reads(Facts& facts, Advice& advice) {
  const Direction direction{"tiny_reads",
                            "read many bytes at once",
                            "read",
                            "read 64 KiB or more at a time and take the records from there; in Python, the default "
                            "buffering of open() in place of os.read",
                            "perfopt/optim/io/line_reader.hpp, perfopt/optim/io/batch_reader.hpp",
                            model::Activity::read,
                            reads};
  by_samples(facts, direction, advice);
  by_counts(facts, direction, advice);
}

}  // namespace perfopt::advise
