// SPDX-License-Identifier: Apache-2.0
// Text that others wrote, made safe for the place where it is shown.
//
// Names, reasons and host facts come from documents that anybody may have written. Every function here takes any
// bytes and never throws but std::bad_alloc. Bytes that are not UTF-8, control characters, line separators and
// characters that turn the direction of writing become U+FFFD; tabs and line ends become spaces.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace perfopt::report {

inline constexpr std::size_t kNameLength = 64;     // characters of a name that are shown
inline constexpr std::size_t kReasonLength = 400;  // characters of a reason, a sentence or a fact

// Valid UTF-8 of at most `most` characters; a longer text ends in "..." within them. Safe for a terminal.
[[nodiscard]] std::string printable(std::string_view text, std::size_t most = kReasonLength);
// The same, for HTML or SVG element content and quoted attributes.
[[nodiscard]] std::string html_text(std::string_view text, std::size_t most = kReasonLength);
// The same for element content alone: a line may break after each "_" and "/" of a name that has no blanks.
[[nodiscard]] std::string html_breakable(std::string_view text, std::size_t most = kReasonLength);
// The same as printable, for a cell of a Markdown table: no markup, HTML or link of its own takes effect.
[[nodiscard]] std::string markdown_text(std::string_view text, std::size_t most = kReasonLength);
// A quoted CSV field (RFC 4180), never cut. One that a spreadsheet would run as a formula gets a leading apostrophe.
[[nodiscard]] std::string csv_text(std::string_view text);

// Number of characters (code points) of valid UTF-8.
[[nodiscard]] std::size_t character_count(std::string_view text) noexcept;

}  // namespace perfopt::report
