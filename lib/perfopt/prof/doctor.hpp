// SPDX-License-Identifier: Apache-2.0
// What this machine allows a profiler, tried rather than guessed, and the one line that would change each "no".
#pragma once

#include <span>
#include <string>
#include <vector>

namespace perfopt::prof {

struct Ability {
  std::string what;  // "CPU samples by perf events"
  bool allowed = false;
  std::string finding;  // what was tried or read: "perf_event_open: Permission denied; perf_event_paranoid is 3"
  std::string remedy;   // the command or setting that would allow it; "" when allowed, or when nothing would
};

// In the order of their use to a profile. Takes some tenths of a second.
[[nodiscard]] std::vector<Ability> examine_machine();

// One line an ability, and one more below each "no" that can be changed.
[[nodiscard]] std::string doctor_text(std::span<const Ability> abilities);

}  // namespace perfopt::prof
