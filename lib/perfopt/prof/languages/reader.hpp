// SPDX-License-Identifier: Apache-2.0
// The frames of an interpreter, read from outside while it runs: nothing is injected, nothing is stopped.
//
// A reader belongs to one process from its exec to its end. What is read may change meanwhile: every value is checked
// for being possible, and a stack that contradicts itself is torn, not guessed.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "perfopt/prof/name_table.hpp"
#include "perfopt/prof/native/address_space.hpp"
#include "perfopt/prof/native/unwinder.hpp"

namespace perfopt::prof {

struct ScriptFrame {
  std::uint32_t name = 0;  // in the NameTable
  unsigned line = 0;       // being executed; 0 unknown
  // The interpreter's evaluation loop was entered anew for this frame: towards the root of it, native code of the
  // interpreter comes before the next script frame.
  bool entry = false;
  // Of an entry: where on the C stack that evaluation loop keeps its record, which lies in its native frame; 0 unknown.
  std::uint64_t loop = 0;
};

enum class ReadEnd : std::uint8_t {
  complete,
  none,  // this thread runs no script code: a native thread, or the interpreter is starting or ending
  torn,
};

class LanguageReader {
 public:
  LanguageReader() = default;
  LanguageReader(const LanguageReader&) = delete;
  LanguageReader& operator=(const LanguageReader&) = delete;
  virtual ~LanguageReader() = default;

  [[nodiscard]] virtual std::string name() const = 0;  // "python 3.11", "bash 5.2"
  // Appends the frames of thread `tid`, innermost first.
  [[nodiscard]] virtual ReadEnd read(pid_t tid, std::vector<ScriptFrame>& frames) = 0;
  // This native frame is the interpreter's evaluation loop: script frames take its place.
  [[nodiscard]] virtual bool evaluates(const NativeFrame& frame) const = 0;
  // This native frame is how the interpreter gets from one script function to the next, or to its start: it says
  // nothing to the author of the script and is left out.
  [[nodiscard]] virtual bool plumbing(const NativeFrame& frame) const = 0;
  // Of the C library, which starts programs and threads: left out at the root where only plumbing follows.
  [[nodiscard]] virtual bool c_library(const NativeFrame& frame) const = 0;
};

struct OpenedReader {
  std::unique_ptr<LanguageReader> reader;
  std::string why_not;  // without a reader: what the interpreter is that cannot be read; "" when there is none
};

// What runs in that process, by the files it has mapped. Called again after each exec, and after new libraries were
// mapped. Never throws.
[[nodiscard]] OpenedReader open_reader(pid_t pid, const AddressSpace& space, const Modules& modules, NameTable& names);

// One stack of both, innermost first: each evaluation loop of `native` is replaced by the script frames of one entry,
// plumbing is left out, the other native frames stay where they are.
//
// Loops and entries belong together by the place of the loop's record on the C stack; where that is not known, by their
// number from the root on. The two stacks were taken microseconds apart: where they do not match, the script frames win
// and the native frames between stay out; the native leaf is kept only when the innermost loops agree. Script frames
// without any entry stand for all loops together (shells).
[[nodiscard]] std::vector<FrameKey> merge(std::span<const NativeFrame> native, std::span<const ScriptFrame> script,
                                          const LanguageReader& reader);

}  // namespace perfopt::prof
