// SPDX-License-Identifier: Apache-2.0
// A look at what a thread waits for, and with which stack, that does not stop it.
#pragma once

#include <cstdint>

#include "perfopt/prof/record/time_ledger.hpp"
#include "perfopt/prof/tracker.hpp"

namespace perfopt::prof {

enum class WaitLook : std::uint8_t { running, new_wait, same_wait, gone, forbidden };

// Brings the ledger up to date; a wait that it did not know is told to it with its stack.
[[nodiscard]] WaitLook look_at_wait(TimeLedger& ledger, Tracker& tracker, std::uint64_t now_ns);

}  // namespace perfopt::prof
