// SPDX-License-Identifier: Apache-2.0
// Which modules of a process are an interpreter, the program that starts it, and the C library.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>

#include "perfopt/prof/native/modules.hpp"
#include "perfopt/prof/native/unwinder.hpp"

namespace perfopt::prof {

// The last part of a module's path.
[[nodiscard]] std::string_view file_name(const ModuleId& module);

class InterpreterImage {
 public:
  // `module` has the interpreter's code; others of which `kin` is true only start it. Modules may still be added while
  // this lives: a process is met before it has mapped all its libraries.
  InterpreterImage(const Modules& modules, std::uint32_t module, bool (*kin)(const ModuleId&))
      : modules_(&modules), module_(module), kin_(kin) {}

  [[nodiscard]] bool holds(const NativeFrame& frame) const { return part(frame) == Part::interpreter; }
  [[nodiscard]] bool starts(const NativeFrame& frame) const { return part(frame) == Part::starter; }
  [[nodiscard]] bool c_library(const NativeFrame& frame) const { return part(frame) == Part::c_library; }

 private:
  enum class Part : std::uint8_t { other, interpreter, starter, c_library };
  [[nodiscard]] Part part(const NativeFrame& frame) const;

  const Modules* modules_;
  std::uint32_t module_;
  bool (*kin_)(const ModuleId&);
  mutable std::map<std::uint32_t, Part> parts_;  // of modules met
};

}  // namespace perfopt::prof
