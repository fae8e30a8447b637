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
};

// What runs in that process, by the files it has mapped; null where it is nothing that can be read. Called again after
// each exec, and after new libraries were mapped. Never throws.
[[nodiscard]] std::unique_ptr<LanguageReader> open_reader(pid_t pid, const AddressSpace& space, const Modules& modules,
                                                          NameTable& names);

// One stack of both, innermost first. From the root on, each evaluation loop of `native` is replaced by the script
// frames of one entry and the native frames between stay; where the two do not match (they were taken microseconds
// apart), the script frames win and the native leaf is kept only when the innermost loops agree.
[[nodiscard]] std::vector<FrameKey> merge(std::span<const NativeFrame> native, std::span<const ScriptFrame> script,
                                          const LanguageReader& reader);

}  // namespace perfopt::prof
