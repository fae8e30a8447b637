// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/record/wait_look.hpp"

#include <string>

#include "perfopt/prof/native/memory.hpp"
#include "perfopt/prof/record/blocked_call.hpp"

namespace perfopt::prof {

WaitLook look_at_wait(TimeLedger& ledger, Tracker& tracker, std::uint64_t now_ns) {
  BlockedCall call;
  switch (look_at_blocked(ledger.pid(), ledger.tid(), call)) {
    case BlockedLook::running:
      return WaitLook::running;
    case BlockedLook::gone:
      return WaitLook::gone;
    case BlockedLook::forbidden:
      return WaitLook::forbidden;
    case BlockedLook::blocked:
      break;
  }
  if (!ledger.refresh(now_ns)) return WaitLook::gone;
  if (ledger.in_same_wait(call)) return WaitLook::same_wait;
  const Registers registers = registers_of(call);
  const RemoteMemory memory(ledger.tid());
  Moment moment;
  moment.time_ns = now_ns;
  moment.pid = ledger.pid();
  moment.tid = ledger.tid();
  moment.registers = &registers;
  moment.memory = &memory;
  const std::string object = object_of(ledger.pid(), call);
  ledger.waits(tracker, call, tracker.stack_of(moment), activity_of(call, object), object);
  return WaitLook::new_wait;
}

}  // namespace perfopt::prof
