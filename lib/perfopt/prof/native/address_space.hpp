// SPDX-License-Identifier: Apache-2.0
// What a process has mapped where. Kept by the events of a recording (mmap, exec, fork) or read from /proc/PID/maps.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "perfopt/prof/native/modules.hpp"

namespace perfopt::prof {

struct Mapping {
  static constexpr std::uint32_t kAnonymous = ~0U;  // no file: heap, stack, code of a JIT compiler

  std::uint64_t start = 0;
  std::uint64_t end = 0;     // exclusive
  std::uint64_t offset = 0;  // of `start` in the file
  std::uint32_t module = kAnonymous;
  bool executable = false;
};

class AddressSpace {
 public:
  // A new mapping replaces what it covers, also in part, as mmap(2) does. Copying is fork(2).
  void add(const Mapping& mapping);
  void clear() noexcept { mappings_.clear(); }
  // Null when nothing is known to be mapped there.
  [[nodiscard]] const Mapping* find(std::uint64_t address) const;
  [[nodiscard]] const std::map<std::uint64_t, Mapping>& mappings() const noexcept { return mappings_; }

  // Replaces all by what /proc/PID/maps says. False when the process is gone or may not be read; then nothing changes.
  bool load(pid_t pid, Modules& modules);

 private:
  std::map<std::uint64_t, Mapping> mappings_;  // by end
};

// What the paths of that process's modules are below: "" for our own root, "/proc/PID/root" for another one.
[[nodiscard]] std::string root_of(pid_t pid);

// One line of /proc/PID/maps with a file, parsed into mapping and identity; false for a line of another form.
[[nodiscard]] bool parse_maps_line(std::string_view line, Mapping& mapping, ModuleId& module);

}  // namespace perfopt::prof
