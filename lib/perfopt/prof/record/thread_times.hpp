// SPDX-License-Identifier: Apache-2.0
// Where the time of every thread went, to the nanosecond: running, ready without a CPU, waiting; from context switches
// and samples.
//
// The rows that it gives the Tracker account for the whole life of each thread:
//   running    a sample stands for one period. What a thread ran without being sampled is told of too: a time that the
//              kernel side kept us from sampling as "[kernel]", what is left at the end (less than a period on each
//              CPU) with the thread's last stack, and below "[unsampled]" for a thread that never was sampled.
//   waits      one row each, at the moment it began, with stack, activity and object when somebody looked at it while
//              it lasted. Short waits pass between two looks: the one of them that is seen stands for those of its
//              thread since the one seen before, as a sample stands for its period; what is never seen is below
//              "[short waits]". Sums are exact, places sampled.
//   switching  between what a switch is recorded at and the moment from which, or up to which, the kernel charges the
//              thread: some 10 us each in a virtual machine, most of it for the timers of the recording itself. Below
//              "[switching]", by the switches of each thread, as CPU time alone: as wall time it is part of a wait.
//   preempted  summed over a few milliseconds of waiting, below "[preempted]"
//
// Times are nanoseconds of one clock. Called in the order of each thread's time.
#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "perfopt/prof/record/backend.hpp"
#include "perfopt/prof/tracker.hpp"

namespace perfopt::prof {

enum class ThreadState : std::uint8_t { running, ready, waiting };

class ThreadTimes {
 public:
  // `all_sampled`: a sample comes each period of running; else only those of user code do.
  ThreadTimes(Recording& recording, Tracker& tracker, std::uint64_t period_ns, bool all_sampled);

  void started(std::uint64_t time, pid_t pid, pid_t tid, ThreadState state);
  // exec(2) leaves one thread.
  void executed(std::uint64_t time, pid_t pid);
  void switched_in(std::uint64_t time, pid_t pid, pid_t tid, std::uint32_t cpu);
  void switched_out(std::uint64_t time, pid_t pid, pid_t tid, std::uint32_t cpu, bool preempted);
  // A sample of the clock; its stack is `stack`.
  void sampled(std::uint64_t time, pid_t pid, pid_t tid, std::uint32_t cpu, std::uint32_t stack);
  void ended(std::uint64_t time, pid_t pid, pid_t tid);
  // Closes everything at the end of the recording.
  void finish(std::uint64_t time);
  // After finish(): what the kernel charged all threads together. What the rows lack of it goes to the switches.
  void charge_switches(std::uint64_t charged_ns);

  // What somebody saw of a thread that waited at that moment.
  struct Look {
    std::uint64_t time = 0;
    std::uint32_t stack = model::StackNode::kRoot;
    model::Activity activity = model::Activity::other;
    std::string object;
  };
  void looked(pid_t tid, Look look);
  // Threads that began to wait and nobody has looked at since; empties the list.
  struct Waiting {
    pid_t pid = 0;
    pid_t tid = 0;
    std::uint64_t since = 0;
  };
  // Waits that go on and that nobody has looked at, the oldest first.
  [[nodiscard]] std::vector<Waiting> take_unseen();
  // That wait is not over.
  [[nodiscard]] bool still(const Waiting& waiting) const;
  [[nodiscard]] bool knows(pid_t tid) const { return threads_.contains(tid); }
  [[nodiscard]] std::vector<pid_t> tids() const;

  // The stack of what was never sampled.
  [[nodiscard]] std::uint32_t unsampled() const noexcept { return unsampled_; }
  // Lifetimes of all threads, those that go on up to finish().
  [[nodiscard]] double wall_s() const noexcept { return static_cast<double>(wall_ns_) * 1e-9; }

 private:
  struct OnCpu {
    std::uint32_t cpu = 0;
    std::int64_t unsampled = 0;  // ran there since its last sample there; what a late sample owes is negative
  };
  struct Thread {
    pid_t pid = 0;
    ThreadState state = ThreadState::waiting;
    std::uint64_t since = 0;  // of the state, or the last time that running was counted
    std::uint64_t begun = 0;
    std::uint32_t cpu = 0;
    std::uint64_t cpu_ns = 0;
    std::uint64_t voluntary = 0;
    std::uint64_t involuntary = 0;
    std::vector<OnCpu> unsampled;
    std::uint32_t last_stack = model::StackNode::kRoot;
    bool was_sampled = false;
    std::uint64_t preempted_ns = 0;
    std::uint64_t preempted_at = 0;
    std::uint64_t unseen_ns = 0;  // short waits that nobody looked at
    std::uint64_t unseen_at = 0;
    bool has_look = false;
    Look look;
  };

  Thread& thread(std::uint64_t time, pid_t pid, pid_t tid, ThreadState state);
  void count_running(Thread& thread, std::uint64_t time);
  std::int64_t& unsampled_on(Thread& thread, std::uint32_t cpu);
  void tell_kernel_time(pid_t tid, Thread& thread, std::uint64_t time);
  void close_wait(pid_t tid, Thread& thread, std::uint64_t time);
  void close_preemption(pid_t tid, Thread& thread);
  void close_unseen(pid_t tid, Thread& thread);
  void close(std::uint64_t time, pid_t tid, Thread& thread);
  void add_running(pid_t tid, const Thread& thread, std::uint64_t time, std::uint64_t ns, std::uint32_t stack);
  void add_wait(pid_t tid, const Thread& thread, std::uint64_t time, std::uint64_t ns, const Look& look);
  [[nodiscard]] std::uint32_t marker(std::string name);

  Recording& recording_;
  Tracker& tracker_;
  std::int64_t period_ns_;
  bool all_sampled_;
  std::uint64_t wall_ns_ = 0;
  std::uint64_t cpu_ns_ = 0;  // of all rows
  std::uint32_t kernel_ = 0;  // nodes of the tree of stacks
  std::uint32_t unsampled_ = 0;
  std::uint32_t preempted_ = 0;
  std::uint32_t short_waits_ = 0;
  std::unordered_map<pid_t, Thread> threads_;
  std::vector<Waiting> unseen_;
};

}  // namespace perfopt::prof
