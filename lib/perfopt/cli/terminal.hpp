// SPDX-License-Identifier: Apache-2.0
// Standard output and standard error, as people and pipes use them.
#pragma once

#include <unistd.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace perfopt::cli {

enum class ColorMode : std::uint8_t { automatic, always, never };

// "auto", "always" or "never"; throws BadInput with the nearest one.
[[nodiscard]] ColorMode parse_color(std::string_view text);

// automatic: on a terminal, unless NO_COLOR is set to anything or TERM is "dumb" (https://no-color.org).
[[nodiscard]] bool use_color(ColorMode mode, int fd);

[[nodiscard]] bool is_terminal(int fd);

// Characters of a line: of the terminal, else COLUMNS, else 80.
[[nodiscard]] unsigned terminal_width(int fd);

// False where LC_ALL, LC_CTYPE or LANG, the first that is set, names another encoding than UTF-8 ("C", too).
[[nodiscard]] bool shows_utf8();
// Valid UTF-8 in ASCII: "^" and "v" for triangles, "~" for "about", "#" for blocks; "?" where there is nothing like it.
// A character stays one column wide, but for "<=", ">=", "+-", "...", "<-" and "->": what they need more is taken from
// the next gap of the line that has more than one blank, so that the columns of a table stay in line.
[[nodiscard]] std::string ascii_text(std::string_view text);

// All of `text` to standard output, unbuffered. A reader who has left (EPIPE) is no error: the rest is dropped and
// the program goes on to its exit code. Throws SystemError for everything else, a full disk for instance.
void write_output(std::string_view text);

// The same to standard error; a failure is ignored, there is nobody left to tell.
void write_error(std::string_view text) noexcept;

// Text for people (tables, charts, advice), to standard output or standard error, as the two above: in ASCII where
// shows_utf8() is false. What programs read (JSON, CSV, Markdown and the like) is UTF-8 everywhere: write_output().
void write_console(std::string_view text, int fd = STDOUT_FILENO);

// `text` as one line: control characters and line breaks become blanks.
[[nodiscard]] std::string one_line(std::string_view text);

}  // namespace perfopt::cli
