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
  char ascii;
};

// Signs that stand for different things get different characters.
constexpr Range kRanges[] = {
    {0x00A0, 0x00A0, ' '}, {0x00B1, 0x00B1, '~'}, {0x00B5, 0x00B5, 'u'},  {0x00B7, 0x00B7, '.'}, {0x00D7, 0x00D7, 'x'},
    {0x03BC, 0x03BC, 'u'}, {0x2010, 0x2015, '-'}, {0x2018, 0x2019, '\''}, {0x201C, 0x201D, '"'}, {0x2026, 0x2026, '.'},
    {0x203A, 0x203A, '>'}, {0x2190, 0x2190, '<'}, {0x2192, 0x2192, '>'},  {0x2212, 0x2212, '-'}, {0x2248, 0x2248, '~'},
    {0x2264, 0x2264, '<'}, {0x2265, 0x2265, '>'}, {0x22EE, 0x22EE, ':'},  {0x2500, 0x2501, '-'}, {0x2502, 0x2503, '|'},
    {0x250A, 0x250A, ':'}, {0x250C, 0x257F, '+'}, {0x2581, 0x2583, '.'},  {0x2584, 0x2586, '='}, {0x2587, 0x258B, '#'},
    {0x258C, 0x258F, '|'}, {0x2591, 0x2593, ':'}, {0x25A0, 0x25AF, '#'},  {0x25B2, 0x25B3, '^'}, {0x25BC, 0x25BD, 'v'},
    {0x25C6, 0x25C7, '*'}, {0x25CB, 0x25CF, 'o'}, {0x26A0, 0x26A0, '!'},  {0x2715, 0x2715, 'x'}, {0x2801, 0x28FF, '.'},
};

char ascii_of(char32_t character) {
  const auto* const range =
      std::ranges::find_if(kRanges, [&](const Range& one) { return one.first <= character && character <= one.last; });
  return range == std::end(kRanges) ? '?' : range->ascii;
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
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i++]);
    if (lead < 0x80U) {
      ascii += static_cast<char>(lead);
      continue;
    }
    char32_t character = lead & (lead >= 0xF0U ? 0x07U : 0x1FU);
    for (; i < text.size() && (static_cast<unsigned char>(text[i]) & 0xC0U) == 0x80U; ++i) {
      character = (character << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
    }
    ascii += character == U'\u2800' ? ' ' : ascii_of(character);
  }
  return ascii;
}

}  // namespace perfopt::cli
