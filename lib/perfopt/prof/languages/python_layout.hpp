// SPDX-License-Identifier: Apache-2.0
// Where CPython keeps what a profiler needs: offsets within its structures [bytes].
//
// 3.13 tells them itself (_Py_DebugOffsets at the start of _PyRuntime); those of 3.11 and 3.12 are the same in every
// release of the minor version and are tabled. All are for 64-bit release builds with the GIL.
//
//   source  Include/internal/pycore_{runtime,interp,frame,code}.h and Include/cpython/pystate.h of each version
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "perfopt/prof/languages/remote_blocks.hpp"

namespace perfopt::prof {

struct PythonVersion {
  unsigned major = 0;
  unsigned minor = 0;
};

struct PythonLayout {
  PythonVersion version;

  struct Runtime {
    std::uint64_t interpreters_head;
  } runtime;

  struct Interpreter {
    std::uint64_t next;
    std::uint64_t threads_head;
  } interpreter;

  struct Thread {
    std::uint64_t next;
    std::uint64_t native_id;
    std::uint64_t frames;  // pointer to the current frame, or up to 3.12 to the _PyCFrame that has it
    std::uint64_t chunk;   // of the data stack that holds the frames of plain calls
    std::uint64_t size;    // that covers all of these
  } thread;

  // Up to 3.12: one on the C stack for each evaluation loop.
  struct LoopRecord {
    bool used;
    std::uint64_t frame;
    std::uint64_t previous;
  } loop;

  struct Frame {
    std::uint64_t code;
    std::uint64_t previous;
    std::uint64_t instruction;
    std::uint64_t is_entry;  // 3.11 alone
    std::uint64_t owner;
    std::uint64_t size;  // of its fixed part
  } frame;

  struct Code {
    std::uint64_t units;  // its size [2 bytes]
    std::uint64_t first_line;
    std::uint64_t file;
    std::uint64_t name;
    std::uint64_t qualified_name;
    std::uint64_t line_table;
    std::uint64_t first_traceable;
    std::uint64_t instructions;
  } code;

  struct Text {
    std::uint64_t length;
    std::uint64_t state;
    std::uint64_t ascii;    // where the characters of an ASCII string start
    std::uint64_t compact;  // and those of others
  } text;

  // From 3.12 on an evaluation loop starts with a frame on the C stack that runs no Python code.
  [[nodiscard]] bool loops_have_frames() const noexcept { return version.minor >= 12; }
};

struct FoundLayout {
  std::optional<PythonLayout> layout;
  std::string why_not;  // without a layout: what this Python is
};

// `version` is the value of Py_Version (PY_VERSION_HEX). The address is that of _PyRuntime in the process.
[[nodiscard]] FoundLayout python_layout(std::uint64_t version, const BlockSource& memory, std::uint64_t runtime);

}  // namespace perfopt::prof
