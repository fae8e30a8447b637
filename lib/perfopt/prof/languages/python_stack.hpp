// SPDX-License-Identifier: Apache-2.0
// The Python frames of a thread of a CPython process, while it runs.
//
// A warm read is one system call for the thread state, the data stack, the few frames elsewhere (generators, starts of
// evaluation loops) and the heads of the code objects, all where they were at the last sample; what has moved is asked
// for again. The pieces are thus copied within a few microseconds. That the current frame is another one after that
// says nothing against the copy: a program that calls much would never be seen if it did. What counts is that the
// frames fit each other: each code object is one, each instruction lies in its code, frames of the data stack descend.
// Otherwise the read is repeated, and torn after three times.
//
// Unlike a traceback, a stack contains frames that have not reached their first traceable instruction: their time is
// theirs and not the caller's.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "perfopt/prof/languages/python_code.hpp"
#include "perfopt/prof/languages/python_layout.hpp"
#include "perfopt/prof/languages/reader.hpp"
#include "perfopt/prof/languages/remote_windows.hpp"

namespace perfopt::prof {

class PythonStacks {
 public:
  static constexpr std::size_t kMaxFrames = 1U << 16U;  // in a stack: recursion beyond is a damaged chain

  // `runtime`: address of _PyRuntime.
  PythonStacks(const PythonLayout& layout, std::uint64_t runtime, const BlockSource& memory, PythonCodes& codes)
      : layout_(layout), runtime_(runtime), memory_(memory), codes_(codes), windows_(memory) {}

  [[nodiscard]] ReadEnd read(pid_t tid, std::vector<ScriptFrame>& frames);

 private:
  using Clock = std::chrono::steady_clock;

  struct Thread {
    std::uint64_t address = 0;
    // Where things were at the last sample.
    std::uint64_t loop = 0;
    std::uint64_t chunk = 0;
    std::size_t chunk_used = 0;
    std::vector<std::uint64_t> elsewhere;
    std::vector<std::uint64_t> codes;  // each once
  };
  struct Chunk {
    std::uint64_t address = 0;
    std::uint64_t size = 0;
    std::uint64_t previous = 0;

    [[nodiscard]] bool contains(std::uint64_t place) const noexcept {
      return place >= address && place - address < size;
    }
  };

  [[nodiscard]] Thread* find(pid_t tid);
  void scan();
  void scan_threads(std::uint64_t first, std::map<pid_t, Thread>& found);
  [[nodiscard]] ReadEnd read_once(pid_t tid, Thread& thread, std::vector<ScriptFrame>& frames);
  void copy(const Thread& thread);
  [[nodiscard]] ReadEnd walk(Thread& thread, std::uint64_t top, std::uint64_t loop, std::vector<ScriptFrame>& frames);
  [[nodiscard]] std::span<const std::byte> bytes(std::uint64_t address, std::size_t size);
  // The same, copied from `first` on, for what lies before it.
  [[nodiscard]] std::span<const std::byte> bytes_from(std::uint64_t first, std::uint64_t address, std::size_t size);
  [[nodiscard]] std::span<const std::byte> frame_bytes(Thread& thread, std::uint64_t address);
  [[nodiscard]] const PythonCode* code_at(std::uint64_t address);
  // `ask`: chunks that are not known yet are read; otherwise null for what is in one of them.
  [[nodiscard]] const Chunk* chunk_of(std::uint64_t address, bool ask);
  [[nodiscard]] bool add_chunk();
  [[nodiscard]] bool descends(std::uint64_t address, std::uint64_t previous) const;

  const PythonLayout& layout_;
  std::uint64_t runtime_;
  const BlockSource& memory_;
  PythonCodes& codes_;
  RemoteWindows windows_;
  std::map<pid_t, Thread> threads_;
  Clock::time_point scanned_;
  // Of the sample being read:
  std::vector<Chunk> chunks_;
  std::uint64_t next_chunk_ = 0;
  std::vector<std::uint64_t> elsewhere_;
  std::vector<std::uint64_t> code_addresses_;
};

}  // namespace perfopt::prof
