// SPDX-License-Identifier: Apache-2.0
// From registers and memory to return addresses, by the .eh_frame rules that every x86-64 compiler writes.
//
// The rule of each address met is worked out once and kept (a cache by module and address), so that a warm frame costs
// a look-up and two reads of memory. Without a rule (code of a JIT compiler, hand-written assembly) the frame pointer
// is followed as long as what it leads to lies in executable memory and towards the root.
//
//   source  DWARF 5, 6.4; System V ABI x86-64, 3.7; Linux Standard Base 5.0, 10.6 (.eh_frame, .eh_frame_hdr)
//   errors  none: what cannot be unwound ends the stack, with the reason
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "perfopt/prof/frame_key.hpp"
#include "perfopt/prof/native/address_space.hpp"
#include "perfopt/prof/native/memory.hpp"
#include "perfopt/prof/native/registers.hpp"

namespace perfopt::prof {

// native or jit/unmapped frame, with where its stack frame lies.
struct NativeFrame {
  FrameKey key;               // of kind native, jit (executable memory without a file) or unmapped
  std::uint64_t address = 0;  // absolute
  std::uint64_t cfa = 0;      // canonical frame address: the stack pointer before the call; rises towards the root
};

enum class UnwindEnd : std::uint8_t {
  root,       // the outermost frame: a rule without return address (_start, clone), or the address 0
  no_memory,  // the stack goes on beyond the memory that could be read
  no_rule,    // an address without a rule and without a plausible frame pointer
  too_deep,   // more than the limit
};

class Unwinder {
 public:
  static constexpr std::size_t kMaxFrames = 4096;

  explicit Unwinder(const Modules& modules);
  Unwinder(const Unwinder&) = delete;
  Unwinder& operator=(const Unwinder&) = delete;
  ~Unwinder();

  // Appends the frames to `frames`, innermost first. `process` is the index that jit and unmapped frames carry.
  UnwindEnd unwind(const AddressSpace& space, std::uint32_t process, const Registers& registers, const Memory& memory,
                   std::vector<NativeFrame>& frames);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The key of an absolute address in that space.
[[nodiscard]] FrameKey key_of(const Modules& modules, const AddressSpace& space, std::uint32_t process,
                              std::uint64_t address);

}  // namespace perfopt::prof
