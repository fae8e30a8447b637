// SPDX-License-Identifier: Apache-2.0
// The rows that the problems on tables store and read: a key, an amount, a time and a note in which every character
// stands that SQL, COPY and UTF-8 treat specially.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "perfopt/bench/workload.hpp"

namespace perfopt::bench {

struct Row {
  std::int64_t id = 0;
  std::int64_t amount = 0;
  std::string note;
};

inline constexpr double kRowBytes = 40;  // of payload, about
inline constexpr std::string_view kRowColumns = "(id BIGINT PRIMARY KEY, amount BIGINT NOT NULL, note TEXT NOT NULL)";

// Ids 1 to n; everything else follows from the seed.
[[nodiscard]] std::vector<Row> make_rows(std::size_t n, std::uint64_t seed);

// The same bytes for equal rows, and for no others.
void append_row(std::string& into, std::int64_t id, std::int64_t amount, std::string_view note);
[[nodiscard]] std::string content_of(std::span<const Row> rows);

// As a literal of SQL.
[[nodiscard]] std::string literal(std::string_view text);

// Throws IntegrityError when `result` is not the content of `rows`.
void require_rows(std::span<const Row> rows, const Output& result);

}  // namespace perfopt::bench
