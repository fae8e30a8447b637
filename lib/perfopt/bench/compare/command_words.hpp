// SPDX-License-Identifier: Apache-2.0
// A command line cut into words as a POSIX shell cuts it, and nothing else that a shell does: no variables, no
// wildcards, no operators.
//
// Source: POSIX.1-2017, Shell Command Language, 2.2 Quoting.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace perfopt::bench {

// At least one word. `what` names the source in messages. Throws BadInput for a quote that is not closed, a last
// backslash, and a line without a word.
[[nodiscard]] std::vector<std::string> command_words(std::string_view line, std::string_view what);

}  // namespace perfopt::bench
