// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/database/rows.hpp"

#include <array>

#include "perfopt/bench/integrity.hpp"
#include "perfopt/core/random.hpp"

namespace perfopt::bench {
namespace {

constexpr std::array<std::string_view, 12> kParts{"paid",          "O'Hara",    "\"quoted\"", "back\\slash",
                                                  "tab\there",     "new\nline", "\\N",        "100 %",
                                                  "z\xC3\xBCrich", "a,b;c",     "\\.",        "late"};

}  // namespace

std::vector<Row> make_rows(std::size_t n, std::uint64_t seed) {
  Random random(seed);
  std::vector<Row> rows(n);
  for (std::size_t i = 0; i < n; ++i) {
    Row& row = rows[i];
    row.id = static_cast<std::int64_t>(i) + 1;
    row.amount = static_cast<std::int64_t>(random() >> 24U) - (std::int64_t{1} << 39U);
    for (int part = 0; part < 3; ++part) {
      if (part > 0) row.note += ' ';
      row.note += kParts[random.below(kParts.size())];
    }
  }
  return rows;
}

void append_row(std::string& into, std::int64_t id, std::int64_t amount, std::string_view note) {
  into += std::to_string(id) + '|' + std::to_string(amount) + '|' + std::to_string(note.size()) + ':';
  into += note;
  into += '\n';
}

std::string content_of(std::span<const Row> rows) {
  std::string content;
  for (const Row& row : rows) append_row(content, row.id, row.amount, row.note);
  return content;
}

std::string literal(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') quoted += '\'';
    quoted += c;
  }
  return quoted + '\'';
}

void require_rows(std::span<const Row> rows, const Output& result) {
  require_equal(exact<char>(Element::u8, content_of(rows)), result);
}

}  // namespace perfopt::bench
