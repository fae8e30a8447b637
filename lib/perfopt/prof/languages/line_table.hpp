// SPDX-License-Identifier: Apache-2.0
// Which line each instruction of a CPython code object stands for.
//
//   source  Objects/locations.md of CPython 3.11 to 3.13 (PEP 626, PEP 657): co_linetable
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace perfopt::prof {

class LineTable {
 public:
  LineTable() = default;
  // What cannot be understood ends the table: instructions beyond have no line.
  LineTable(std::span<const std::byte> encoded, unsigned first_line);

  // `unit`: index of the instruction in units of two bytes. 0 where there is no line.
  [[nodiscard]] unsigned line(std::uint32_t unit) const;

 private:
  struct Range {
    std::uint32_t end;  // exclusive [units]
    unsigned line;
  };
  std::vector<Range> ranges_;
};

}  // namespace perfopt::prof
