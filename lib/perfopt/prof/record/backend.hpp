// SPDX-License-Identifier: Apache-2.0
// A way of recording: one file each behind this interface, one line in the table of backend.cpp.
//
// A backend finds out beforehand whether this machine lets it (`missing`), attaches to its target before that runs, and
// then calls the Tracker until the target ends, the time is over or somebody cancels. It never fails in silence: what
// it could not record is a doubt in the Recording with the way to allow it.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "perfopt/core/cancellation.hpp"
#include "perfopt/prof/launch/target.hpp"
#include "perfopt/prof/tracker.hpp"

namespace perfopt::prof {

// What is asked for. All time modes record CPU samples and waits where they can; the mode says which measure is the
// answer (`primary`), `io` and the like are recorded by other means.
enum class Mode : std::uint8_t { cpu, wall, offcpu, alloc, io, calls };

struct RecordOptions {
  Mode mode = Mode::cpu;
  double rate_hz = 999;
  std::optional<double> duration_s;  // of --pid; empty: until it ends
  bool kernel = true;                // kernel frames where they are allowed
  std::uint32_t stack_bytes = 0;     // copied with a sample; 0: adaptive, 16 to 63 KB
};

// The measures of a recording of time, in this order: "cpu" [ns], "wall" [ns], "page_faults" [count].
inline constexpr std::size_t kCpu = 0;
inline constexpr std::size_t kWall = 1;
inline constexpr std::size_t kFaults = 2;
[[nodiscard]] std::vector<model::Measure> time_measures();
// Called by each backend that records time, when it is made.
void begin_time_recording(const RecordOptions& options, Recording& recording);

class Backend {
 public:
  Backend() = default;
  Backend(const Backend&) = delete;
  Backend& operator=(const Backend&) = delete;
  virtual ~Backend() = default;

  // What the command needs to be recordable: a variable, another program before it. Called before Target::start().
  virtual void prepare(TargetCommand& command) { static_cast<void>(command); }
  // Takes hold of the target, which has not begun to run or is a process that runs already. Throws Unavailable.
  virtual void attach(Target& target, Tracker& tracker) = 0;
  // Lets it run (Target::go) and records until it ends, the duration is over or `cancellation` is requested.
  virtual void record(Target& target, Tracker& tracker, const Cancellation& cancellation) = 0;
};

struct BackendKind {
  std::string_view name;  // "perf_event"
  std::string_view does;  // one line, for --doctor and --help
  bool (*records)(Mode);  // this backend has that mode
  // Why it cannot record this here, and in the same line what would allow it; "" when it can. Tries it, cheaply.
  std::string (*missing)(const RecordOptions&);
  std::unique_ptr<Backend> (*make)(const RecordOptions&, Recording&);
};

// The best first: perf_event, ptrace, sampler, procfs for time; heap for alloc; syscalls for io; calls for calls.
[[nodiscard]] std::span<const BackendKind> backends();

struct Choice {
  const BackendKind* kind = nullptr;
  std::string reason;  // "perf_event: allowed (perf_event_paranoid 2: user side only)" or why the better ones were not
};

// `name` "auto" takes the first that has the mode and can. Throws BadInput for an unknown name, Unavailable with all
// reasons.
[[nodiscard]] Choice choose_backend(std::string_view name, const RecordOptions& options);

}  // namespace perfopt::prof
