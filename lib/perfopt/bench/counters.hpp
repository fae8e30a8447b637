// SPDX-License-Identifier: Apache-2.0
// Hardware counters of this process over a stretch of code, where the machine and its kernel allow them.
#pragma once

#include <string>

#include "perfopt/model/suite.hpp"

namespace perfopt::bench {

// Counts user-space events of this thread and of threads that it starts meanwhile, from construction to stop().
class HardwareCounters {
 public:
  HardwareCounters();
  HardwareCounters(const HardwareCounters&) = delete;
  HardwareCounters& operator=(const HardwareCounters&) = delete;
  ~HardwareCounters();
  // A counter that could not be opened is empty; skipped_reason says why.
  [[nodiscard]] model::Counters stop();

 private:
  static constexpr int kEvents = 4;
  int descriptors_[kEvents];
  std::string reason_;
};

// "available", or why there are none, in words that can be acted on.
[[nodiscard]] std::string hardware_counters_state();

}  // namespace perfopt::bench
