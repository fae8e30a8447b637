// SPDX-License-Identifier: Apache-2.0
// The Profile document: where the time of a process tree went, by stack, thread and moment.
//
// Frames and stacks are stored once; a sample row names its stack, its thread, its moment, what the thread did and how
// much of each measure it stands for. Rows of a long recording may stand for several samples of the same stack, thread
// and state within `time_resolution_ns`.
//
// Invariants, tested on every backend:
//   - the rows' `cpu` sums to the CPU time that the kernel charged the tree (`cpu_s`), and their `wall` to the summed
//     lifetimes of its threads (`wall_s`), each within 2 % where that was at least a second;
//   - self times of all functions sum to the total of the measure, exactly;
//   - a function that calls itself is counted once in its total.
//
// Times are nanoseconds since the start of the recording. What is not known is empty, zero (lines) or an empty
// optional.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "perfopt/model/environment.hpp"
#include "perfopt/model/recommendation.hpp"

namespace perfopt::model {

// What a row of samples counts: "cpu" and "wall" [ns], "page_faults" [count]; "alloc_bytes", "allocs", "live_bytes",
// "live_allocs"; "io_bytes", "io_ns", "io_calls"; "calls"; or what a foreign profile counts.
struct Measure {
  std::string name;
  std::string unit;  // "ns", "bytes", "count"
};

enum class Language : std::uint8_t { unknown, native, kernel, python, javascript, shell, synthetic };

// What a thread did during the time of a row. All but `running` are waits: `preempted` was ready and had no CPU, the
// others name what it waited for.
enum class Activity : std::uint8_t {
  running,
  preempted,
  futex,
  read,
  write,
  poll,
  sleep,
  child,
  network,
  sync,
  page_fault,
  other
};

struct Frame {
  std::string function;       // demangled; "" when unknown: then `module` and `address` say where
  std::string file;           // of the source
  unsigned line = 0;          // being executed: of the call for all but the innermost frame
  unsigned first_line = 0;    // where the function starts
  std::string module;         // path of the binary or script; "[kernel]", "[vdso]", "[jit]"
  std::uint64_t address = 0;  // in the module as linked, for frames without a name; 0 for others
  Language language = Language::unknown;
  bool inlined = false;  // its code stands within the frame next towards the root
};

// A node of the tree of stacks: `frame` called from the node `parent`, which always has a smaller index.
struct StackNode {
  static constexpr std::uint32_t kRoot = std::numeric_limits<std::uint32_t>::max();

  std::uint32_t parent = kRoot;
  std::uint32_t frame = 0;  // index into Profile::frames
};

struct ProfiledProcess {
  std::uint32_t pid = 0;
  std::uint32_t parent_pid = 0;  // 0 unknown
  std::string name;
  std::string command;  // its words
  std::uint64_t start_ns = 0;
  std::optional<std::uint64_t> end_ns;  // empty: it lived on
  std::string language;                 // "python 3.11", "bash 5.2", "node", "" for native code alone
};

struct ProfiledThread {
  std::uint32_t pid = 0;
  std::uint32_t tid = 0;
  std::string name;
  std::uint64_t start_ns = 0;
  std::optional<std::uint64_t> end_ns;
  std::optional<std::uint64_t> cpu_ns;  // charged by the kernel during the recording
  std::optional<std::uint64_t> voluntary_switches;
  std::optional<std::uint64_t> involuntary_switches;
};

// Columns of equal length; values[m] belongs to measures[m].
struct Samples {
  std::vector<std::uint32_t> stack;   // index into Profile::stacks; StackNode::kRoot: no stack could be taken
  std::vector<std::uint32_t> thread;  // index into Profile::threads
  std::vector<std::uint64_t> time_ns;
  std::vector<Activity> activity;
  std::vector<std::uint32_t> object;  // index into Profile::objects: file, lock or descriptor; 0: none
  std::vector<std::vector<std::uint64_t>> values;

  [[nodiscard]] std::size_t size() const noexcept { return stack.size(); }
};

// Counts of samples as they were taken, before rows were merged.
struct SampleCounts {
  std::uint64_t taken = 0;
  std::uint64_t lost = 0;       // the kernel had no room for them
  std::uint64_t truncated = 0;  // their stack does not reach the root: shown below a frame "[truncated]"
  std::uint64_t no_stack = 0;   // nothing of their stack could be read
  std::uint64_t torn = 0;       // an interpreter changed its frames while they were read: its frames are left out
};

struct MemoryPoint {
  std::uint64_t time_ns = 0;
  std::uint64_t rss_bytes = 0;  // of the whole tree
};

struct Profile {
  static constexpr std::string_view kSchema = "perfopt.profile";
  static constexpr int kSchemaVersion = 1;

  std::string command;         // that was profiled, as typed
  std::string mode;            // "cpu", "wall", "offcpu", "alloc", "io", "calls", "scopes"
  std::string backend;         // "perf_event", "ptrace", ...; "import: FORMAT" for a converted one
  std::string backend_reason;  // why this one
  std::string started;         // ISO 8601, UTC
  double elapsed_s = 0;
  bool complete = true;  // false: interrupted
  double rate_hz = 0;    // asked for; 0 where nothing was sampled
  std::uint64_t time_resolution_ns = 0;
  std::optional<unsigned> exit_code;    // of the command
  std::optional<unsigned> exit_signal;  // that killed it
  std::optional<double> cpu_s;          // charged to the tree by the kernel
  std::optional<double> wall_s;         // summed lifetimes of its threads
  std::string primary;                  // name of the measure that the answer is about
  std::vector<Measure> measures;
  SampleCounts counts;
  Environment environment;
  std::vector<Doubt> doubts;  // what makes this profile doubtful, or what was left out
  std::vector<ProfiledProcess> processes;
  std::vector<ProfiledThread> threads;
  std::vector<Frame> frames;
  std::vector<StackNode> stacks;
  std::vector<std::string> objects;  // [0] is ""
  Samples samples;
  std::vector<MemoryPoint> memory;
  std::vector<Recommendation> recommendations;  // the largest impact first
};

// Index of the measure of that name; empty when the profile does not have it.
[[nodiscard]] std::optional<std::size_t> find_measure(const Profile& profile, std::string_view name);

// That of `primary`; throws BadInput when it is none of `measures` ("p.json: field 'primary' ...").
[[nodiscard]] std::size_t primary_measure(const Profile& profile);

}  // namespace perfopt::model
