// SPDX-License-Identifier: Apache-2.0
// The reader of CPython 3.11, 3.12 and 3.13, release builds with the GIL.
#pragma once

#include <memory>
#include <string>

#include "perfopt/prof/languages/reader.hpp"

namespace perfopt::prof {

// This module is or may be a CPython: its name says so. Cheap.
[[nodiscard]] bool may_be_python(const ModuleId& module);

// The reader of the CPython in that module of the process; null with the reason where it is none that can be read.
[[nodiscard]] OpenedReader open_python(pid_t pid, const AddressSpace& space, const Modules& modules,
                                       std::uint32_t module, NameTable& names);

}  // namespace perfopt::prof
