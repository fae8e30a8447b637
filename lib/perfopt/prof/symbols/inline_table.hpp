// SPDX-License-Identifier: Apache-2.0
// Functions, inlined callers, files and lines by DWARF. Only the compile units that have one of the addresses are read,
// each once, and of these only the functions that have one; the tree of a unit is walked with all its addresses at
// once.
//
//   source  DWARF 5, 2.17, 3.3, 6.2
//   errors  none: what cannot be read is left empty
#pragma once

#include <elfutils/libdw.h>

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "perfopt/model/profile.hpp"

namespace perfopt::prof {

class InlineTable {
 public:
  // `dwarf` must outlive it.
  explicit InlineTable(Dwarf* dwarf);

  // Addresses of the debug information, ascending and without repetition. For each, in order: its frames, innermost
  // first, without module and language; empty when no function of the debug information has it. A frame without a
  // function has the file and line alone.
  // Without `inlines`: file and line of the innermost, and no function, which the symbol table knows faster.
  [[nodiscard]] std::vector<std::vector<model::Frame>> resolve(std::span<const std::uint64_t> addresses, bool inlines);

 private:
  struct UnitRange {
    std::uint64_t start;
    std::uint64_t end;  // exclusive
    std::size_t unit;
  };
  struct Function {
    std::string name;
    unsigned first_line = 0;
  };
  class Walk;

  void read_unit(Dwarf_Die& unit);
  [[nodiscard]] const UnitRange* range_of(std::uint64_t address) const;
  [[nodiscard]] const Function& function_of(Dwarf_Die& die);
  [[nodiscard]] const std::string& file_of(const char* path);

  Dwarf* dwarf_;
  std::vector<Dwarf_Die> units_;
  std::vector<UnitRange> ranges_;                        // by start
  std::unordered_map<const void*, Function> functions_;  // by where the entry of the origin lies
  std::unordered_map<const char*, std::string> files_;
};

}  // namespace perfopt::prof
