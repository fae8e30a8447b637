// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/languages/python_layout.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

namespace perfopt::prof {
namespace {

constexpr PythonLayout k311{
    .version = {3, 11},
    .runtime = {.interpreters_head = 40},
    .interpreter = {.next = 0, .threads_head = 16},
    .thread = {.next = 8, .native_id = 160, .frames = 56, .chunk = 296, .size = 304},
    .loop = {.used = true, .frame = 8, .previous = 16},
    .frame = {.code = 32, .previous = 48, .instruction = 56, .is_entry = 68, .owner = 69, .size = 80},
    .code = {.units = 16,
             .first_line = 72,
             .file = 112,
             .name = 120,
             .qualified_name = 128,
             .line_table = 136,
             .first_traceable = 168,
             .instructions = 184},
    .text = {.length = 16, .state = 32, .ascii = 48, .compact = 72},
};

constexpr PythonLayout k312{
    .version = {3, 12},
    .runtime = {.interpreters_head = 40},
    .interpreter = {.next = 0, .threads_head = 72},
    .thread = {.next = 8, .native_id = 144, .frames = 56, .chunk = 232, .size = 240},
    .loop = {.used = true, .frame = 0, .previous = 8},
    .frame = {.code = 0, .previous = 8, .instruction = 56, .is_entry = 0, .owner = 70, .size = 80},
    .code = {.units = 16,
             .first_line = 68,
             .file = 112,
             .name = 120,
             .qualified_name = 128,
             .line_table = 136,
             .first_traceable = 176,
             .instructions = 192},
    .text = {.length = 16, .state = 32, .ascii = 40, .compact = 56},
};

// The words of _Py_DebugOffsets of 3.13 behind its cookie, as far as they are used.
enum Word : std::size_t {
  kVersion,
  kFreeThreaded,
  kRuntimeSize,
  kRuntimeFinalizing,
  kInterpretersHead,
  kInterpreterSize,
  kInterpreterId,
  kInterpreterNext,
  kThreadsHead,
  kThreadSize = kThreadsHead + 10,
  kThreadPrevious,
  kThreadNext,
  kThreadInterpreter,
  kThreadFrame,
  kThreadId,
  kThreadNativeId,
  kThreadChunk,
  kThreadStatus,
  kFrameSize,
  kFramePrevious,
  kFrameExecutable,
  kFrameInstruction,
  kFrameLocals,
  kFrameOwner,
  kCodeSize,
  kCodeFile,
  kCodeName,
  kCodeQualifiedName,
  kCodeLineTable,
  kCodeFirstLine,
  kCodeArguments,
  kCodeLocalNames,
  kCodeLocalKinds,
  kCodeInstructions,
  kWords
};

constexpr std::string_view kCookie = "xdebugpy";
constexpr std::uint64_t kLargestStructure = 1U << 20U;  // interpreter and runtime state are some 200 KB

std::optional<PythonLayout> told_layout(std::span<const std::uint64_t> words) {
  if (std::ranges::any_of(words.subspan(kRuntimeSize), [](std::uint64_t w) { return w > kLargestStructure; })) {
    return std::nullopt;
  }
  constexpr std::uint64_t kFramePart = 80;  // everything before the locals
  constexpr std::uint64_t kTraceableBeforeInstructions = 16;
  PythonLayout layout = k312;
  layout.version = {3, 13};
  layout.runtime.interpreters_head = words[kInterpretersHead];
  layout.interpreter = {.next = words[kInterpreterNext], .threads_head = words[kThreadsHead]};
  layout.thread = {.next = words[kThreadNext],
                   .native_id = words[kThreadNativeId],
                   .frames = words[kThreadFrame],
                   .chunk = words[kThreadChunk],
                   .size = words[kThreadSize]};
  layout.loop = {.used = false, .frame = 0, .previous = 0};
  layout.frame = {.code = words[kFrameExecutable],
                  .previous = words[kFramePrevious],
                  .instruction = words[kFrameInstruction],
                  .is_entry = 0,
                  .owner = words[kFrameOwner],
                  .size = std::min(words[kFrameSize], kFramePart)};
  layout.code = {.units = 16,
                 .first_line = words[kCodeFirstLine],
                 .file = words[kCodeFile],
                 .name = words[kCodeName],
                 .qualified_name = words[kCodeQualifiedName],
                 .line_table = words[kCodeLineTable],
                 .first_traceable = words[kCodeInstructions] - kTraceableBeforeInstructions,
                 .instructions = words[kCodeInstructions]};
  return layout;
}

// Fields that are read from a block must lie within it, whatever the process says.
bool consistent(const PythonLayout& layout) {
  constexpr std::uint64_t kPointer = 8;
  constexpr std::uint64_t kLargestBlock = 1024;
  const auto& thread = layout.thread;
  const auto& frame = layout.frame;
  const auto& code = layout.code;
  const std::uint64_t thread_end = std::max({thread.next, thread.native_id, thread.frames, thread.chunk}) + kPointer;
  const std::uint64_t frame_end = std::max({frame.code, frame.previous, frame.instruction}) + kPointer;
  const std::uint64_t code_end =
      std::max({code.first_line, code.file, code.name, code.qualified_name, code.line_table, code.first_traceable}) +
      kPointer;
  return thread_end <= thread.size && thread.size <= kLargestBlock && frame.owner < frame.size &&
         frame_end <= frame.size && code_end <= code.instructions && code.instructions <= kLargestBlock;
}

FoundLayout read_layout(const BlockSource& memory, std::uint64_t runtime) {
  struct Offsets {
    std::array<char, 8> cookie;
    std::array<std::uint64_t, kWords> words;
  };
  const auto offsets = memory.value<Offsets>(runtime);
  if (!offsets || std::string_view(offsets->cookie.data(), offsets->cookie.size()) != kCookie) {
    return {std::nullopt, "Python 3.13 without its table of offsets"};
  }
  if (offsets->words[kFreeThreaded] != 0) {
    return {std::nullopt, "Python 3.13 built without the GIL (3.13t): its frames are not read yet"};
  }
  std::optional<PythonLayout> layout = told_layout(offsets->words);
  if (!layout || !consistent(*layout)) return {std::nullopt, "Python 3.13 with a damaged table of offsets"};
  return {layout, ""};
}

}  // namespace

FoundLayout python_layout(std::uint64_t version, const BlockSource& memory, std::uint64_t runtime) {
  const std::uint64_t major = version >> 24U;
  const std::uint64_t minor = version >> 16U & 0xFFU;
  if (major == 3 && minor == 11) return {k311, ""};
  if (major == 3 && minor == 12) return {k312, ""};
  if (major == 3 && minor == 13) return read_layout(memory, runtime);
  return {std::nullopt,
          "Python " + std::to_string(major) + "." + std::to_string(minor) + ": frames are read of 3.11, 3.12 and 3.13"};
}

}  // namespace perfopt::prof
