// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/record/backend.hpp"

#include <algorithm>
#include <vector>

#include "perfopt/core/error.hpp"
#include "perfopt/core/nearest.hpp"
#include "perfopt/prof/record/calls.hpp"
#include "perfopt/prof/record/heap.hpp"
#include "perfopt/prof/record/perf_event.hpp"
#include "perfopt/prof/record/procfs.hpp"
#include "perfopt/prof/record/ptrace.hpp"
#include "perfopt/prof/record/sampler.hpp"
#include "perfopt/prof/record/syscalls.hpp"

namespace perfopt::prof {
namespace {

std::string_view name_of(Mode mode) {
  switch (mode) {
    case Mode::cpu:
      return "cpu";
    case Mode::wall:
      return "wall";
    case Mode::offcpu:
      return "offcpu";
    case Mode::alloc:
      return "alloc";
    case Mode::io:
      return "io";
    case Mode::calls:
      return "calls";
  }
  return "";
}

void append(std::string& list, std::string_view separator, std::string_view text) {
  if (!list.empty()) list += separator;
  list += text;
}

std::string names_that_record(Mode mode) {
  std::string names;
  for (const BackendKind& kind : backends()) {
    if (kind.records(mode)) append(names, ", ", kind.name);
  }
  return names;
}

std::string_view given_mode(const RecordOptions& options) {
  return name_of(options.mode);
}

const BackendKind& named(std::string_view name) {
  std::vector<std::string_view> names{"auto"};
  std::string list = "auto";
  for (const BackendKind& kind : backends()) {
    if (kind.name == name) return kind;
    names.push_back(kind.name);
    append(list, ", ", kind.name);
  }
  throw BadInput("--backend " + std::string(name) + ": no such backend" + did_you_mean(name, names) +
                 "; there are: " + list);
}

Choice choose_named(std::string_view name, const RecordOptions& options) {
  const BackendKind& kind = named(name);
  if (!kind.records(options.mode)) {
    throw BadInput("--backend " + std::string(name) + " does not record --mode " + std::string(given_mode(options)) +
                   "; give: " + names_that_record(options.mode));
  }
  const std::string missing = kind.missing(options);
  if (!missing.empty()) throw Unavailable("--backend " + std::string(name) + ": " + missing);
  return {.kind = &kind, .reason = std::string(name) + ": demanded"};
}

}  // namespace

std::vector<model::Measure> time_measures() {
  return {{.name = "cpu", .unit = "ns"}, {.name = "wall", .unit = "ns"}, {.name = "page_faults", .unit = "count"}};
}

void begin_time_recording(const RecordOptions& options, Recording& recording) {
  recording.measures = time_measures();
  recording.primary = recording.measures[options.mode == Mode::cpu ? kCpu : kWall].name;
  recording.waits_only = options.mode == Mode::offcpu;
}

std::span<const BackendKind> backends() {
  static const std::vector<BackendKind> kBackends{
      perf_event_kind(),  // time, the best first
      ptrace_kind(),      //
      sampler_kind(),     //
      procfs_kind(),      //
      heap_kind(),        // alloc
      syscalls_kind(),    // io
      calls_kind(),       // calls
  };
  return kBackends;
}

Choice choose_backend(std::string_view name, const RecordOptions& options) {
  if (name != "auto") return choose_named(name, options);
  std::string refused;
  for (const BackendKind& kind : backends()) {
    if (!kind.records(options.mode)) continue;
    const std::string missing = kind.missing(options);
    if (missing.empty()) {
      std::string reason(kind.name);
      reason += ": " + (refused.empty() ? std::string(kind.does) : refused);
      return {.kind = &kind, .reason = reason};
    }
    append(refused, "; ", std::string("not ") + std::string(kind.name) + ": " + missing);
  }
  throw Unavailable("--mode " + std::string(given_mode(options)) +
                    " cannot be recorded here: " + (refused.empty() ? "this build has no backend for it" : refused));
}

}  // namespace perfopt::prof
