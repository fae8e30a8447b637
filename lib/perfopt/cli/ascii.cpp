// SPDX-License-Identifier: Apache-2.0
// Text of our reports on a terminal that shows ASCII alone.
#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <iterator>

#include "perfopt/cli/terminal.hpp"

namespace perfopt::cli {
namespace {

struct Range {
  char32_t first;
  char32_t last;
  std::string_view ascii;
};

// What our reports tell apart by a sign beside each other (verdicts, marks of series, heights, "about" and "plus or
// minus") gets different characters; signs that never stand together may share one. Most keep their one column.
constexpr Range kRanges[] = {
    {0x00A0, 0x00A0, " "},  {0x00B1, 0x00B1, "+-"},  {0x00B5, 0x00B5, "u"}, {0x00B7, 0x00B7, "."},
    {0x00D7, 0x00D7, "x"},  {0x03BC, 0x03BC, "u"},   {0x2010, 0x2015, "-"}, {0x2018, 0x2019, "'"},
    {0x201C, 0x201D, "\""}, {0x2026, 0x2026, "..."}, {0x2039, 0x2039, "<"}, {0x203A, 0x203A, ">"},
    {0x2190, 0x2190, "<-"}, {0x2192, 0x2192, "->"},  {0x2212, 0x2212, "-"}, {0x2248, 0x2248, "~"},
    {0x2264, 0x2264, "<="}, {0x2265, 0x2265, ">="},  {0x22EE, 0x22EE, ":"}, {0x2500, 0x2501, "-"},
    {0x2502, 0x2503, "|"},  {0x250A, 0x250A, ":"},   {0x250C, 0x257F, "+"}, {0x2581, 0x2581, "_"},
    {0x2582, 0x2582, "."},  {0x2583, 0x2583, ":"},   {0x2584, 0x2584, "-"}, {0x2585, 0x2585, "="},
    {0x2586, 0x2586, "+"},  {0x2587, 0x2587, "*"},   {0x2588, 0x258B, "#"}, {0x258C, 0x258F, "|"},
    {0x2591, 0x2593, ":"},  {0x25A0, 0x25AF, "#"},   {0x25B2, 0x25B3, "^"}, {0x25BC, 0x25BD, "v"},
    {0x25C6, 0x25C6, "@"},  {0x25C7, 0x25C7, "*"},   {0x25CB, 0x25CF, "o"}, {0x26A0, 0x26A0, "!"},
    {0x2715, 0x2715, "X"},  {0x2800, 0x2800, " "},   {0x2801, 0x28FF, "."},
};

std::string_view ascii_of(char32_t character) {
  const auto* const range =
      std::ranges::find_if(kRanges, [&](const Range& one) { return one.first <= character && character <= one.last; });
  return range == std::end(kRanges) ? "?" : range->ascii;
}

// The character that begins at text[at], which is moved behind it.
char32_t next_character(std::string_view text, std::size_t& at) {
  const auto lead = static_cast<unsigned char>(text[at++]);
  if (lead < 0x80U) return lead;
  char32_t character = lead & (lead >= 0xF0U ? 0x07U : 0x1FU);
  for (; at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U; ++at) {
    character = (character << 6U) | (static_cast<unsigned char>(text[at]) & 0x3FU);
  }
  return character;
}

}  // namespace

bool shows_utf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* const value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    std::string lower(value);
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return lower.find("utf-8") != std::string::npos || lower.find("utf8") != std::string::npos;
  }
  return true;  // a container without any of them, whose output is mostly read elsewhere
}

std::string ascii_text(std::string_view text) {
  std::string ascii;
  ascii.reserve(text.size());
  std::size_t wider = 0;  // columns that this line is ahead of its layout
  for (std::size_t i = 0; i < text.size();) {
    const char32_t character = next_character(text, i);
    if (character == U'\n') wider = 0;
    if (character == U' ' && wider > 0 && ascii.ends_with(' ')) {
      --wider;
    } else if (character < 0x80U) {
      ascii += static_cast<char>(character);
    } else {
      const std::string_view sign = ascii_of(character);
      ascii += sign;
      wider += sign.size() - 1;
    }
  }
  return ascii;
}

}  // namespace perfopt::cli
