// SPDX-License-Identifier: Apache-2.0
// Where the answer goes and in which form: --report, --output and --format, which must not contradict one another.
//
// --report and --summary are pages. Else --format decides, else the ending of the file; what has neither is text for a
// terminal.
#pragma once

#include <string>
#include <string_view>

#include "options.hpp"

namespace perfviz {

struct Output {
  std::string form;    // "html", "console", "json", "csv", "markdown", "svg" or "png"
  std::string target;  // a path; "-" for standard output

  [[nodiscard]] bool is_here() const { return target == "-"; }
  [[nodiscard]] bool is_picture() const { return form == "svg" || form == "png"; }
};

// A page goes beside its (first) input unless told otherwise, everything else to standard output. Throws BadInput where
// two places or two forms are named, and for an ending that names no form.
[[nodiscard]] Output output_of(const Options& options);

// Throws BadInput where `output` would replace an input, SystemError where it cannot be written: before any work.
void require_place(const Options& options, const Output& output);

// Writes `text`, a file whole or not at all, and tells where; with --dry-run it tells alone. The exit code: 0, or 130
// and 143 where SIGINT or SIGTERM came meanwhile.
[[nodiscard]] int deliver(const Options& options, const Output& output, std::string_view text);

}  // namespace perfviz
