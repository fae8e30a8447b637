// SPDX-License-Identifier: Apache-2.0
// From what a backend sees to a Recording: knows the processes and threads, keeps their address spaces, unwinds, asks
// the interpreters, and puts stacks into the tree. Every backend calls the same few functions here.
//
// Called from one thread, in the order of time as far as the backend can tell. Times are CLOCK_MONOTONIC nanoseconds.
// A process or thread that is first met in a sample is looked up in /proc when `live`.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "perfopt/model/profile.hpp"
#include "perfopt/prof/native/memory.hpp"
#include "perfopt/prof/native/registers.hpp"
#include "perfopt/prof/native/unwinder.hpp"
#include "perfopt/prof/recording.hpp"

namespace perfopt::prof {

// One sample or one wait.
struct Moment {
  std::uint64_t time_ns = 0;
  pid_t pid = 0;
  pid_t tid = 0;
  model::Activity activity = model::Activity::running;
  Values values{};                       // in the order of Recording::measures
  const Registers* registers = nullptr;  // of the user side; null: not known
  const Memory* memory = nullptr;        // its stack; null: not known
  std::span<const std::uint64_t>
      user_chain{};        // instead of both: return addresses that the kernel walked, innermost first
  bool chain_cut = false;  // `user_chain` does not reach the root
  std::span<const std::uint64_t> kernel_chain{};  // innermost first
  std::string_view object{};                      // file, lock or descriptor; "" none
  bool scripts = true;                            // interpreters may be asked: the sample is of now
};

class Tracker {
 public:
  struct Options {
    bool live = true;  // the processes run on this machine now: /proc and their memory may be read
    bool scripts = true;
    std::uint64_t start_ns = 0;  // what times of the recording are counted from
  };

  Tracker(Recording& recording, Options options);
  Tracker(const Tracker&) = delete;
  Tracker& operator=(const Tracker&) = delete;
  ~Tracker();

  // --- processes and threads
  void started(std::uint64_t time_ns, pid_t parent, pid_t pid, pid_t tid);  // fork or clone; pid == tid: a new process
  void executed(std::uint64_t time_ns, pid_t pid, std::string_view name);
  void renamed(pid_t pid, pid_t tid, std::string_view name);
  void mapped(pid_t pid, std::uint64_t start, std::uint64_t length, std::uint64_t offset, const ModuleId& file,
              bool executable);
  void ended(std::uint64_t time_ns, pid_t pid, pid_t tid);
  // The backend calls mapped() for nothing: what is mapped is looked up in /proc/PID/maps, again when code is met that
  // is not known to be mapped, and now and then.
  void read_mappings() noexcept;

  // --- samples
  void add(const Moment& moment);
  // The node of a stack, for backends that take it now and learn later what it cost (a wait). kRoot: none could be
  // taken, which is counted when add_at() gets it.
  [[nodiscard]] std::uint32_t stack_of(const Moment& moment);
  // Adds a row with a stack taken before.
  void add_at(const Moment& moment, std::uint32_t stack);
  void lost(std::uint64_t samples);
  void memory_used(std::uint64_t time_ns, std::uint64_t rss_bytes);

  // The index of a process in the recording; registers it when it is new.
  [[nodiscard]] std::uint32_t process_index(pid_t pid);
  [[nodiscard]] model::ProfiledThread& thread(pid_t pid, pid_t tid);
  // Every process known that has not ended.
  [[nodiscard]] std::vector<pid_t> living() const;

  // At the end: what is left of the living is read (JIT maps, CPU times), processes still alive stay open-ended.
  void finish(std::uint64_t time_ns);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace perfopt::prof
