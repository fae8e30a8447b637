// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/languages/line_table.hpp"

#include <array>
#include <cstddef>
#include <vector>

#include <doctest/doctest.h>

#include "perfopt/core/random.hpp"

using perfopt::prof::LineTable;

namespace {

std::vector<std::byte> bytes(std::initializer_list<unsigned> values) {
  std::vector<std::byte> result;
  for (const unsigned value : values) result.push_back(static_cast<std::byte>(value));
  return result;
}

}  // namespace

TEST_CASE("each form of an entry gives the line of its instructions") {
  const LineTable table(bytes({
                            0x80 | 15U << 3U | 0U,                    // no line, 1 unit
                            0x80 | 11U << 3U | 1U, 1, 2,              // one line on, 2 units
                            0x80 | 0U << 3U | 0U, 0x11,               // the same line, 1 unit
                            0x80 | 13U << 3U | 7U, 0x06,              // +3, 8 units
                            0x80 | 14U << 3U | 0U, 0x41, 2, 0, 1, 1,  // varint 1 + 2 * 64 = 129: -64
                        }),
                        100);
  CHECK(table.line(0) == 0);
  CHECK(table.line(1) == 101);
  CHECK(table.line(2) == 101);
  CHECK(table.line(3) == 101);
  CHECK(table.line(4) == 104);
  CHECK(table.line(11) == 104);
  CHECK(table.line(12) == 40);
  CHECK(table.line(13) == 0);
}

TEST_CASE("a damaged table ends where it makes no sense") {
  CHECK(LineTable(bytes({0x12, 0x34}), 5).line(0) == 0);
  CHECK(LineTable(bytes({0x80 | 13U << 3U, 0x7F, 0x7F, 0x7F, 0x7F, 0x7F, 0x7F, 0x7F}), 5).line(0) == 0);
  CHECK(LineTable({}, 5).line(0) == 0);
}
