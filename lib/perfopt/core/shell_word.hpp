// SPDX-License-Identifier: Apache-2.0
// Words as a POSIX shell takes them again.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace perfopt {

// Quoted where it has to be: "a b" becomes "'a b'".
[[nodiscard]] std::string shell_word(std::string_view word);
// A command line, words apart by blanks.
[[nodiscard]] std::string shell_words(std::span<const std::string> words);

}  // namespace perfopt
