// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/placement.hpp"

namespace perfopt::bench {

OneCpu::OneCpu(std::optional<unsigned> cpu) {
  if (::sched_getaffinity(0, sizeof before_, &before_) != 0) return;
  unsigned chosen = CPU_SETSIZE - 1;
  while (chosen > 0 && !CPU_ISSET(chosen, &before_)) --chosen;
  if (cpu) chosen = *cpu;
  if (chosen >= CPU_SETSIZE) return;
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(chosen, &one);
  if (::sched_setaffinity(0, sizeof one, &one) == 0) cpu_ = chosen;
}

OneCpu::~OneCpu() {
  if (cpu_) ::sched_setaffinity(0, sizeof before_, &before_);
}

}  // namespace perfopt::bench
