// SPDX-License-Identifier: Apache-2.0
// What `perfbench --all` found, as text: for a terminal, for a pull request, for a spreadsheet.
//
// The console and Markdown views answer first: failures, then per problem what pays off and from which size, then
// the figures of each size, what was left out and why, what makes the numbers doubtful, and a summary line.
// A result that failed or was skipped is named with its reason and never with a speed-up. Equal documents and
// options give equal bytes. Text of the document is made harmless (escape.hpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "perfopt/model/suite.hpp"

namespace perfopt::report {

enum class TextFormat : std::uint8_t { console, markdown, csv };

struct TextOptions {
  TextFormat format = TextFormat::console;
  bool color = false;    // console only; never the only mark of a meaning
  unsigned width = 80;   // characters of a console line; less than 80 counts as 80
  bool verbose = false;  // every variant at every size, not the best alone
};

// csv: one header line and one line for each variant of each case, numbers unrounded, an empty field for what was not
// measured.
[[nodiscard]] std::string suite_text(const model::Suite& suite, const TextOptions& options);

// One line, or two, for a case that has just been measured:
// "[3/41] memory/maps at 100,000 keys: flat 4.30x (4.21x to 4.39x), 12.3 ms; pmr loses (0.760x)".
// `total` 0 leaves the counter out. Console text whatever options.format says.
[[nodiscard]] std::string case_line(const model::Case& item, std::size_t done, std::size_t total,
                                    const TextOptions& options);

}  // namespace perfopt::report
