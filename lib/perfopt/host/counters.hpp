// SPDX-License-Identifier: Apache-2.0
// Hardware counters of this process over a stretch of code, where the machine and its kernel allow them.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "perfopt/model/suite.hpp"

namespace perfopt::host {

// Counts user-space events of all threads that this process has at construction, and of those that they start, until
// stop().
class HardwareCounters {
 public:
  HardwareCounters();
  HardwareCounters(const HardwareCounters&) = delete;
  HardwareCounters& operator=(const HardwareCounters&) = delete;
  ~HardwareCounters();
  // A counter that could not be opened is empty; skipped_reason says why.
  [[nodiscard]] model::Counters stop();

 private:
  static constexpr std::size_t kEvents = 4;
  std::array<std::vector<int>, kEvents> descriptors_;  // one a thread
  std::string reason_;
};

// "available", or why there are none, in words that can be acted on.
[[nodiscard]] std::string hardware_counters_state();

}  // namespace perfopt::host
