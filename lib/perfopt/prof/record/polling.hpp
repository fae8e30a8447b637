// SPDX-License-Identifier: Apache-2.0
// What backends that only look have in common: the tree of processes is found in /proc, each thread is looked at in its
// turn, and nothing is ever stopped.
//
// A process that comes and goes between two looks is not seen. Of a command that we started its CPU time is known all
// the same (getrusage(2) counts every child that was waited for) and shown below a marker.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>

#include "perfopt/prof/record/backend.hpp"
#include "perfopt/prof/record/recording_clock.hpp"
#include "perfopt/prof/record/watched_threads.hpp"

namespace perfopt::prof {

class PollingBackend : public Backend {
 public:
  PollingBackend(const RecordOptions& options, Recording& recording);

  void attach(Target& target, Tracker& tracker) final;
  void record(Target& target, Tracker& tracker, const Cancellation& cancellation) final;

 protected:
  enum class Seen : std::uint8_t { active, idle, gone };

  // What the thread does now, told to its ledger.
  virtual Seen look(TimeLedger& ledger, Tracker& tracker, std::uint64_t now_ns) = 0;
  // The stack of a marker frame.
  [[nodiscard]] std::uint32_t marker(std::string_view name, model::Language language = model::Language::synthetic);

 private:
  struct Process {
    std::string program;  // /proc/PID/exe: it changes with exec(2)
    std::uint64_t next_scan_ns = 0;
    std::uint64_t found_ns = 0;
  };

  void add_process(Tracker& tracker, pid_t parent, pid_t pid, std::uint64_t now_ns, bool born);
  void scan(Tracker& tracker, std::uint64_t now_ns);
  void scan_process(Tracker& tracker, pid_t pid, std::uint64_t now_ns);
  void look_at_due(Tracker& tracker, std::uint64_t now_ns);
  void add_unseen(const Target& target, Tracker& tracker, std::uint64_t now_ns);

  RecordingClock clock_;
  Recording& recording_;
  WatchedThreads threads_;
  std::map<pid_t, Process> processes_;
  std::uint64_t children_cpu_ns_ = 0;  // of our children, before the target
};

}  // namespace perfopt::prof
