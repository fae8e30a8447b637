// SPDX-License-Identifier: Apache-2.0
// The reader of bash 5.2: functions, sourced files and the script, by the arrays behind FUNCNAME, BASH_SOURCE and
// BASH_LINENO, and the line being executed.
//
// A subshell is a copy of its parent and read alike. An external command is a process of its own.
//
//   source  variables.h, hashlib.h, array.h of bash 5.2
#pragma once

#include "perfopt/prof/languages/reader.hpp"

namespace perfopt::prof {

// This module is or may be a bash: its name says so. Cheap.
[[nodiscard]] bool may_be_bash(const ModuleId& module);

// The reader of the bash in that module of the process; null with the reason where it is none that can be read.
[[nodiscard]] OpenedReader open_bash(pid_t pid, const AddressSpace& space, const Modules& modules, std::uint32_t module,
                                     NameTable& names);

}  // namespace perfopt::prof
