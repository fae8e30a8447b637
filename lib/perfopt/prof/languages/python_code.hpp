// SPDX-License-Identifier: Apache-2.0
// The code objects of a CPython process: what each function is called and where its lines are.
//
// Each is read once and kept by its address. A program may free one and put another there (exec, reload), so an entry
// is compared with what stands at the address in each sample: its head, which the caller has copied with the frames.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>

#include "perfopt/prof/languages/line_table.hpp"
#include "perfopt/prof/languages/python_layout.hpp"
#include "perfopt/prof/name_table.hpp"

namespace perfopt::prof {

struct PythonCode {
  std::uint32_t name = 0;          // in the NameTable
  std::uint64_t instructions = 0;  // address of the first
  std::uint64_t size = 0;          // of all [bytes]
  std::uint64_t traceable = 0;     // what comes before makes the frame ready [bytes]
  unsigned first_line = 0;
  bool shim = false;  // the interpreter's own, that calls __init__: stands in no file
  LineTable lines;

  // The line at an address of an instruction; that of the function's head while the frame is made ready.
  [[nodiscard]] unsigned line_at(std::uint64_t instruction) const;
  // Frames of this code may be at this instruction.
  [[nodiscard]] bool contains(std::uint64_t instruction) const;
};

// UTF-8 of a str object; empty where there is none or it is implausible. At most 64 KB of it.
[[nodiscard]] std::optional<std::string> python_text(const BlockSource& memory, const PythonLayout::Text& layout,
                                                     std::uint64_t address);

class PythonCodes {
 public:
  // `code_type`: address of PyCode_Type, the type that all code objects have.
  PythonCodes(const PythonLayout& layout, std::uint64_t code_type, const BlockSource& memory, NameTable& names)
      : layout_(layout), code_type_(code_type), memory_(memory), names_(names) {}

  // How many bytes make a head.
  [[nodiscard]] std::size_t head_size() const noexcept { return layout_.code.instructions; }
  // Null where there is no code object. Valid until the next call. `head`: of the object at that address, as it was
  // when the frame was copied.
  [[nodiscard]] const PythonCode* at(std::uint64_t address, std::span<const std::byte> head);

 private:
  static constexpr std::size_t kMaxEntries = 1U << 17U;

  // What makes a code object itself: pointers to its texts and its place.
  struct Identity {
    std::uint64_t units = 0;
    std::uint64_t file = 0;
    std::uint64_t name = 0;
    std::uint64_t line_table = 0;
    std::int32_t first_line = 0;
    friend bool operator==(const Identity&, const Identity&) = default;
  };
  struct Entry {
    Identity identity;
    PythonCode code;
  };

  [[nodiscard]] std::optional<Identity> identity(std::span<const std::byte> head) const;
  [[nodiscard]] std::optional<PythonCode> load(std::uint64_t address, const Identity& identity) const;

  const PythonLayout& layout_;
  std::uint64_t code_type_;
  const BlockSource& memory_;
  NameTable& names_;
  std::unordered_map<std::uint64_t, Entry> entries_;
};

}  // namespace perfopt::prof
