// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/escape.hpp"

#include <algorithm>
#include <cstdint>

namespace perfopt::report {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

struct Decoded {
  char32_t code = 0;
  std::size_t length = 0;  // 0: the byte at the front belongs to no valid sequence
};

// Strict: no overlong form, no surrogate, nothing above U+10FFFF.
Decoded decode(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  if (lead < 0x80U) return {lead, 1};
  const std::size_t length = lead >= 0xF0U ? 4 : lead >= 0xE0U ? 3 : 2;
  if (lead < 0xC2U || lead > 0xF4U || text.size() < length) return {};
  char32_t code = lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0U) != 0x80U) return {};
    code = (code << 6U) | (next & 0x3FU);
  }
  constexpr char32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (code < kLeast[length] || code > 0x10FFFF || surrogate) return {};
  return {code, length};
}

bool is_unsafe(char32_t code) {
  const bool control = code < 0x20 || (code >= 0x7F && code < 0xA0);
  const bool separator = code == 0x2028 || code == 0x2029 || code == 0xFEFF;
  const bool noncharacter = (code & 0xFFFE) == 0xFFFE;  // no XML may hold U+FFFE
  const bool direction = code == 0x061C || (code >= 0x200E && code <= 0x200F) || (code >= 0x202A && code <= 0x202E) ||
                         (code >= 0x2066 && code <= 0x2069);
  const bool tag = code >= 0xE0000 && code <= 0xE007F;
  return control || separator || noncharacter || direction || tag;
}

template <class Emit>
std::string cleaned(std::string_view text, std::size_t most, Emit emit) {
  std::string out;
  out.reserve(std::min(text.size(), most) + 16);
  std::size_t characters = 0;
  const std::size_t limit = character_count(text) > most ? most - std::min<std::size_t>(most, 3) : most;
  while (!text.empty()) {
    if (characters == limit) return out + std::string("...").substr(0, most - limit);
    const Decoded next = decode(text);
    const std::string_view bytes = text.substr(0, std::max<std::size_t>(next.length, 1));
    text.remove_prefix(bytes.size());
    ++characters;
    if (bytes == "\n" || bytes == "\r" || bytes == "\t") {
      out += ' ';
    } else if (next.length == 0 || is_unsafe(next.code)) {
      out += kReplacement;
    } else {
      emit(out, bytes);
    }
  }
  return out;
}

void emit_plain(std::string& out, std::string_view bytes) {
  out += bytes;
}

void emit_html(std::string& out, std::string_view bytes) {
  switch (bytes.front()) {
    case '<':
      out += "&lt;";
      return;
    case '>':
      out += "&gt;";
      return;
    case '&':
      out += "&amp;";
      return;
    case '"':
      out += "&quot;";
      return;
    case '\'':
      out += "&#39;";
      return;
    default:
      out += bytes;
  }
}

void emit_breakable(std::string& out, std::string_view bytes) {
  emit_html(out, bytes);
  if (bytes == "_" || bytes == "/") out += "<wbr>";
}

void emit_markdown(std::string& out, std::string_view bytes) {
  constexpr std::string_view kMarkup = R"(\`*_[]|~#@!)";
  if (kMarkup.find(bytes.front()) != std::string_view::npos) {
    out += "&#" + std::to_string(static_cast<int>(bytes.front())) + ";";
  } else {
    emit_html(out, bytes);
  }
}

}  // namespace

std::size_t character_count(std::string_view text) noexcept {
  std::size_t count = 0;
  while (!text.empty()) {
    text.remove_prefix(std::max<std::size_t>(decode(text).length, 1));
    ++count;
  }
  return count;
}

std::string printable(std::string_view text, std::size_t most) {
  return cleaned(text, most, emit_plain);
}
std::string html_text(std::string_view text, std::size_t most) {
  return cleaned(text, most, emit_html);
}
std::string html_breakable(std::string_view text, std::size_t most) {
  return cleaned(text, most, emit_breakable);
}
std::string markdown_text(std::string_view text, std::size_t most) {
  return cleaned(text, most, emit_markdown);
}

std::string csv_text(std::string_view text) {
  std::string field = printable(text, std::string_view::npos);
  constexpr std::string_view kFormula = "=+-@";
  if (!field.empty() && kFormula.find(field.front()) != std::string_view::npos) field.insert(0, "'");
  if (field.find_first_of("\",") == std::string::npos) return field;
  std::string quoted = "\"";
  for (const char c : field) {
    quoted += c;
    if (c == '"') quoted += '"';
  }
  return quoted + '"';
}

}  // namespace perfopt::report
