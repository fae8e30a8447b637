// SPDX-License-Identifier: Apache-2.0
// The events of a recording: opened for a thread and what it starts, on every CPU, all of one CPU writing into one
// ring.
//
//   side    what happens to the thread: mmap, comm, fork, exit, context switches; counts its CPU time exactly
//   clock   a sample each 1/rate seconds of CPU time, with registers and a copy of the stack
//   fault   a sample each kFaultPeriod page faults
//   switch  a sample at context switches, so that waits have their stacks, at most as many in a second as there are of
//           the clock; the kernel side must be allowed for it
//
// The last three are a set that can be replaced by one with larger copies of the stack, or by one that wakes its reader
// for each sample; the side goes on meanwhile. A wake-up costs the program more than its sample does (an interrupt of
// the CPU by itself, 25 us in a virtual machine), so that a set begins without: its reader is woken by a ring that is
// half full, and else comes when it wants to.
//
//   errors  Unavailable when the kernel refuses what even a plain user should get, or descriptors or locked memory do
//           not suffice, with what would allow it
//   source  perf_event_open(2)
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "perfopt/core/file.hpp"
#include "perfopt/prof/record/perf_record.hpp"
#include "perfopt/prof/record/perf_ring.hpp"

namespace perfopt::prof {

enum class PerfEvent : std::uint8_t { side, clock, fault, switched };

class PerfEvents {
 public:
  // A fault costs about a microsecond and a sample six, so that nothing but faults is slowed down by 3 %. Prime: no
  // loop is in step with it.
  static constexpr std::uint64_t kFaultPeriod = 251;
  // A record of the kernel must stay below 64 KB, its registers and chain beside the stack.
  static constexpr std::uint32_t kLargestStack = 63U * 1024U;

  // Finds out what is allowed, and which CPUs are there. `stack_bytes` 0: the largest copies where the rings have room
  // for them (only what a stack has is copied, so that a shallow one costs no more for it), else small ones.
  PerfEvents(double rate_hz, bool kernel, std::uint32_t stack_bytes);

  // From now on (`on_exec`: from its next exec on) this thread and what it starts is recorded. False: it has ended.
  bool follow(pid_t thread, bool on_exec);
  // So many threads more would not take more descriptors than this user may have.
  [[nodiscard]] bool may_follow(std::size_t threads) const;
  // The sampling set of these threads gives way to one with copies of that size that wakes for each sample or does not.
  // What they start meanwhile may be in none of both sets: look for new threads and call follow_samples().
  void replace_samples(std::uint32_t stack_bytes, bool wake, std::span<const pid_t> threads);
  void follow_samples(pid_t thread);

  // What a record's id belongs to.
  [[nodiscard]] PerfEvent kind(std::uint64_t id) const;
  [[nodiscard]] const RecordLayout& layout() const noexcept { return layout_; }
  [[nodiscard]] std::span<PerfRing> rings() noexcept { return rings_; }
  [[nodiscard]] std::span<const int> ring_fds() const noexcept { return ring_fds_; }
  [[nodiscard]] bool kernel() const noexcept { return kernel_; }
  [[nodiscard]] std::uint32_t stack_bytes() const noexcept { return stack_bytes_; }
  [[nodiscard]] bool wakes() const noexcept { return wakes_; }
  [[nodiscard]] std::uint64_t period_ns() const noexcept { return period_ns_; }
  // CPU time of all that was followed, as the kernel counted it.
  [[nodiscard]] double cpu_s() const;
  [[nodiscard]] std::uint64_t faults() const;
  // Page faults of some threads are not sampled, for want of descriptors.
  [[nodiscard]] bool lacks_faults() const noexcept { return !faults_; }

 private:
  [[nodiscard]] perf_event_attr attributes(PerfEvent kind, bool on_exec) const;
  // False: there is no such thread any more.
  bool open(PerfEvent kind, pid_t thread, bool on_exec, std::vector<UniqueFd>& into);
  bool open_samples(pid_t thread, bool on_exec);
  void map_ring(int event);
  void make_room();

  std::uint64_t period_ns_;
  bool kernel_ = false;
  bool faults_ = true;  // as long as descriptors suffice
  std::uint32_t stack_bytes_;
  bool wakes_ = false;
  RecordLayout layout_;
  std::vector<int> cpus_;
  std::vector<UniqueFd> sides_;
  std::vector<UniqueFd> samples_;
  std::vector<UniqueFd> fault_samples_;
  std::uint64_t earlier_faults_ = 0;  // of sets that were replaced
  std::vector<int> ring_fds_;         // by index of the CPU
  std::vector<PerfRing> rings_;
  std::map<std::uint64_t, PerfEvent> kinds_;
};

// Why perf_event_open(2) cannot record here, and what would allow it; "" when it can.
[[nodiscard]] std::string perf_event_refusal();

// The content of /proc/sys/kernel/perf_event_paranoid; "" when there is none.
[[nodiscard]] std::string perf_event_paranoid();

}  // namespace perfopt::prof
