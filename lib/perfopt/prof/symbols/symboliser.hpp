// SPDX-License-Identifier: Apache-2.0
// Names for native, kernel and JIT frames: functions, inlined callers, files and lines.
//
// Sources, the best that there is for each module: DWARF of the file or of its debug file (build-id below
// /usr/lib/debug/.build-id, .gnu_debuglink), its symbol table, its .gnu_debugdata, its dynamic symbols. All addresses
// come at once, so that each compile unit is walked once. C++ (Itanium) and Rust (legacy and v0) names are demangled.
// JIT frames: /tmp/perf-PID.map, jit-PID.dump. Kernel frames: /proc/kallsyms, where it shows addresses.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "perfopt/model/profile.hpp"
#include "perfopt/prof/frame_key.hpp"
#include "perfopt/prof/native/modules.hpp"

namespace perfopt::prof {

// A map of JIT code that a process left: its text, read before the file is gone.
struct JitMap {
  std::string perf_map;  // content of /tmp/perf-PID.map; "" none
  std::string jitdump;   // content of a jit-PID.dump; "" none
};

class Symboliser {
 public:
  struct Options {
    bool inlines = true;
    std::string debug_directory = "/usr/lib/debug";  // what holds .build-id/ and the debug files of stripped modules
  };

  Symboliser(const Modules& modules, Options options);
  Symboliser(const Symboliser&) = delete;
  Symboliser& operator=(const Symboliser&) = delete;
  ~Symboliser();

  // The JIT code of the process that jit keys of this index name.
  void add_jit(std::uint32_t process, JitMap map);

  // For each key, in order, the frames that stand for it: the innermost inlined function first, the function that has
  // the code last; never empty. Script and marker keys are not for this: they are refused by assertion.
  // Where a later of two JIT methods took the place of an earlier one, the later is named.
  [[nodiscard]] std::vector<std::vector<model::Frame>> resolve(std::span<const FrameKey> keys);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace perfopt::prof
