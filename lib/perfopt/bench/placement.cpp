// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/placement.hpp"

#include <cstddef>

namespace perfopt::bench {

OneCpu::OneCpu() {
  if (::sched_getaffinity(0, sizeof before_, &before_) != 0) return;
  std::size_t last = CPU_SETSIZE - 1;
  while (last > 0 && !CPU_ISSET(last, &before_)) --last;
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(last, &one);
  changed_ = ::sched_setaffinity(0, sizeof one, &one) == 0;
}

OneCpu::~OneCpu() {
  if (changed_) ::sched_setaffinity(0, sizeof before_, &before_);
}

}  // namespace perfopt::bench
