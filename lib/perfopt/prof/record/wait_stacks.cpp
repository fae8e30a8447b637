// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/record/wait_stacks.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

#include "perfopt/core/clock.hpp"
#include "perfopt/prof/native/memory.hpp"

namespace perfopt::prof {
namespace {

constexpr std::size_t kLooksAtOnce = 64;

}  // namespace

void WaitStacks::sampled(const PerfRecord& sample, std::uint32_t stack) {
  constexpr std::array<std::size_t, 6> kArguments{5, 4, 1, 10, 8, 9};  // rdi, rsi, rdx, r10, r8, r9
  Switch& at = switches_[static_cast<pid_t>(sample.tid)];
  at = {.stack = stack, .call = {}, .known = false};
  const auto call = calls_.find(sample.registers.ip());
  if (call == calls_.end()) return;
  at.known = true;
  at.call.number = call->second;
  for (std::size_t i = 0; i < kArguments.size(); ++i) {
    at.call.arguments.at(i) = sample.registers.value.at(kArguments.at(i));
  }
}

void WaitStacks::switched_out(const PerfRecord& record) {
  const auto tid = static_cast<pid_t>(record.tid);
  const auto taken = switches_.extract(tid);
  if (taken.empty() || (record.misc & PERF_RECORD_MISC_SWITCH_OUT_PREEMPT) != 0) return;
  const Switch& at = taken.mapped();
  const std::string object = at.known ? object_of(static_cast<pid_t>(record.pid), at.call) : "";
  times_.looked(tid, {.time = record.time,
                      .stack = at.stack,
                      .activity = at.known ? activity_of(at.call, object) : model::Activity::other,
                      .object = object});
}

void WaitStacks::look() {
  const auto unseen = times_.take_unseen();
  waiting_.insert(waiting_.end(), unseen.begin(), unseen.end());
  // Else a thousand short waits that are over would hide the long one behind them.
  std::erase_if(waiting_, [&](const ThreadTimes::Waiting& one) { return !times_.still(one); });
  const std::size_t count = std::min(waiting_.size(), kLooksAtOnce);
  for (std::size_t i = 0; i < count; ++i) look_at(waiting_[i]);
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
}

void WaitStacks::look_at(const ThreadTimes::Waiting& waiting) {
  BlockedCall call;
  const BlockedLook look = look_at_blocked(waiting.pid, waiting.tid, call);
  if (look == BlockedLook::forbidden) ++forbidden_;
  if (look != BlockedLook::blocked) return;
  if (call.number != BlockedCall::kNone) calls_[call.pc] = call.number;
  const Registers registers = registers_of(call);
  const RemoteMemory memory(waiting.tid);
  Moment moment{.time_ns = monotonic_ns(), .pid = waiting.pid, .tid = waiting.tid};
  moment.registers = &registers;
  moment.memory = &memory;
  const std::uint32_t stack = tracker_.stack_of(moment);
  const std::string object = object_of(waiting.pid, call);
  BlockedCall after;
  // Else it went on meanwhile, and what was read may be of neither wait.
  if (look_at_blocked(waiting.pid, waiting.tid, after) != BlockedLook::blocked || after != call) return;
  times_.looked(waiting.tid,
                {.time = moment.time_ns, .stack = stack, .activity = activity_of(call, object), .object = object});
}

}  // namespace perfopt::prof
