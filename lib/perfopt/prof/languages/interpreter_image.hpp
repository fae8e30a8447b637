// SPDX-License-Identifier: Apache-2.0
// Which modules of a process are an interpreter, the program that starts it, and the C library.
#pragma once

#include <cstdint>
#include <set>
#include <string_view>

#include "perfopt/prof/native/address_space.hpp"
#include "perfopt/prof/native/unwinder.hpp"

namespace perfopt::prof {

// The last part of a module's path.
[[nodiscard]] std::string_view file_name(const ModuleId& module);

class InterpreterImage {
 public:
  // `module` has the interpreter's code; others of which `kin` is true only start it.
  InterpreterImage(const AddressSpace& space, const Modules& modules, std::uint32_t module,
                   bool (*kin)(const ModuleId&));

  [[nodiscard]] bool holds(const NativeFrame& frame) const;
  [[nodiscard]] bool starts(const NativeFrame& frame) const;
  [[nodiscard]] bool c_library(const NativeFrame& frame) const;

 private:
  std::uint32_t module_;
  std::set<std::uint32_t> starters_;
  std::set<std::uint32_t> c_library_;
};

}  // namespace perfopt::prof
