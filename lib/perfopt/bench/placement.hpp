// SPDX-License-Identifier: Apache-2.0
// Where a strategy and its server run.
//
// A client and a server that take turns are put on one core in one run and on two in the next, as the scheduler likes;
// on virtual machines a round trip between two sleeping cores takes ten times as long as on one (55 us against 5 us
// were seen), and speed-ups flip with it. On one CPU a round trip is the work that it makes, the same in every run.
#pragma once

#include <sched.h>

#include <optional>

namespace perfopt::bench {

// Keeps the calling thread, and what it starts meanwhile, on one of the CPUs that it may use: the last, since
// interrupts prefer the first, or `cpu`. Where the kernel refuses, everything stays as it was.
class OneCpu {
 public:
  explicit OneCpu(std::optional<unsigned> cpu = std::nullopt);
  OneCpu(const OneCpu&) = delete;
  OneCpu& operator=(const OneCpu&) = delete;
  ~OneCpu();
  // Where everything is; empty where the kernel refused.
  [[nodiscard]] std::optional<unsigned> cpu() const { return cpu_; }

 private:
  cpu_set_t before_{};
  std::optional<unsigned> cpu_;
};

}  // namespace perfopt::bench
