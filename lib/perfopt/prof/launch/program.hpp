// SPDX-License-Identifier: Apache-2.0
// Which file a command's first word is, and whether it can be executed: what execvp(3) and a shell find out, told
// beforehand in one clear line.
//
//   source  execve(2) "Interpreter scripts"; POSIX.1-2017, XCU 2.9.1.1 (text without a shebang is the shell's)
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace perfopt::prof {

struct Shebang {
  std::string interpreter;
  std::string argument;  // all that follows it, as Linux passes it: one word; "" none
};

// Of a file that begins with `head`; empty when it has none.
[[nodiscard]] std::optional<Shebang> parse_shebang(std::string_view head);

// What the shebang runs in the end: the program that `env` is told to look for, where it is env.
[[nodiscard]] std::string interpreter_of(const Shebang& shebang);

// The shebang of that file; empty when it has none or cannot be read.
[[nodiscard]] std::optional<Shebang> shebang_of(const std::filesystem::path& file);

struct Program {
  std::string file;                // for execve(2)
  std::vector<std::string> words;  // its arguments, beginning with its own name
};

// Text without a shebang becomes an argument of sh, as with a shell. Throws Unavailable when there is no such program,
// it is a directory, may not be executed, is not for this machine, or names an interpreter that cannot be executed;
// BadInput for one that runs with another user's rights (setuid, setgid, file capabilities) unless we are root: the
// kernel would take these rights away or hide the process from us.
[[nodiscard]] Program find_executable(const std::vector<std::string>& words);

}  // namespace perfopt::prof
