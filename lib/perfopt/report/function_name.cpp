// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/function_name.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "perfopt/report/escape.hpp"

namespace perfopt::report {
namespace {

using Text = std::string;
using View = std::string_view;

constexpr std::size_t kMostBytes = 4096;  // of a name; the rest of a longer one tells nobody anything
constexpr std::size_t kLeastName = 3;     // characters of a name that are worth writing

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80U;
}

void replace_all(Text& text, View from, View to) {
  for (std::size_t at = text.find(from); at != Text::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

// How deep each character stands in angle brackets and in round ones or braces: the bracket itself counts as outside.
// Operators that are made of brackets are none.
struct Depths {
  explicit Depths(View name) : angle(name.size(), 0), round(name.size(), 0), symbol(name.size(), false) {
    std::int32_t open_angle = 0;
    std::int32_t open_round = 0;
    for (std::size_t i = 0; i < name.size();) {
      const std::size_t skipped = operator_length(name, i);
      const std::size_t end = i + std::max<std::size_t>(skipped, 1);
      const char c = skipped > 0 ? ' ' : name[i];
      if (c == '>' && open_angle > 0) --open_angle;
      if ((c == ')' || c == '}') && open_round > 0) --open_round;
      for (; i < end; ++i) {
        angle[i] = open_angle;
        round[i] = open_round;
        symbol[i] = skipped > 0;
      }
      if (c == '<') ++open_angle;
      if (c == '(' || c == '{') ++open_round;
    }
  }

  [[nodiscard]] bool outside(std::size_t i) const { return angle[i] == 0 && round[i] == 0; }

  std::vector<std::int32_t> angle;
  std::vector<std::int32_t> round;
  std::vector<bool> symbol;  // part of "operator()" and the like, or of "->"

 private:
  // Of "operator<<" and the like that starts at `i`; of "->"; 0 for anything else.
  static std::size_t operator_length(View name, std::size_t i) {
    constexpr View kOperator = "operator";
    if (name.substr(i, 2) == "->") return 2;
    if (name.substr(i, kOperator.size()) != kOperator || (i > 0 && is_word(name[i - 1]))) return 0;
    const View after = name.substr(i + kOperator.size());
    for (const View symbol : {"<=>", "<<=", ">>=", "->*", "<<", ">>", "<=", ">=", "->", "()", "<", ">"}) {
      if (after.starts_with(symbol)) return kOperator.size() + symbol.size();
    }
    return 0;
  }
};

void fold_defaults(Text& name) {
  for (const View tag : {"__cxx11::", "__1::"}) replace_all(name, tag, "");
  replace_all(name, "[abi:cxx11]", "");
  replace_all(name, "> >", ">>");
  replace_all(name, "> >", ">>");
  replace_all(name, "std::basic_string<char, std::char_traits<char>, std::allocator<char>>", "std::string");
  replace_all(name, "std::basic_string_view<char, std::char_traits<char>>", "std::string_view");
  // ", std::allocator<...>" as a last or middle argument.
  constexpr View kAllocator = ", std::allocator<";
  for (std::size_t at = name.find(kAllocator); at != Text::npos; at = name.find(kAllocator, at)) {
    std::size_t end = at + kAllocator.size();
    for (int open = 1; open > 0 && end < name.size(); ++end) {
      if (name[end] == '<') ++open;
      if (name[end] == '>') --open;
    }
    name.erase(at, end - at);
  }
}

// Where the parameters begin: the last round bracket outside that is not the start of a scope ("(anonymous
// namespace)::", "f(int)::{lambda()#1}").
std::size_t parameters_at(View name, const Depths& depths) {
  std::size_t at = View::npos;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] != '(' || depths.symbol[i] || !depths.outside(i)) continue;
    std::size_t close = i + 1;
    while (close < name.size() && (name[close] != ')' || depths.round[close] != 0)) ++close;
    if (close == name.size()) return at;
    if (name.substr(close + 1, 2) != "::" && i > 0) at = i;
    i = close;
  }
  return at;
}

// What follows the last space outside brackets, as far as that is a return type: "void f<int>" -> "f<int>".
std::size_t name_at(View name, const Depths& depths) {
  const std::size_t operation = name.find("operator");
  std::size_t at = 0;
  for (std::size_t i = 0; i < std::min(name.size(), operation); ++i) {
    if (name[i] == ' ' && depths.outside(i)) at = i + 1;
  }
  return at;
}

// Template arguments of the outermost level as "<..>".
Text folded(View name) {
  const Depths depths(name);
  Text out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (depths.angle[i] > 0) continue;
    const bool opens = name[i] == '<' && i + 1 < name.size() && depths.angle[i + 1] > 0;
    const bool empty = opens && name[i + 1] == '>' && depths.angle[i + 1] == 0;
    out += opens && !empty ? "<.." : View(name).substr(i, 1);
  }
  return out;
}

// "a::b::c" without its outermost scope: "b::c"; "" when there is none.
View without_scope(View name) {
  const Depths depths(name);
  for (std::size_t i = 0; i + 2 < name.size(); ++i) {
    if (name[i] == ':' && name[i + 1] == ':' && depths.outside(i)) return name.substr(i + 2);
  }
  return "";
}

// The first `front` and the last characters of valid UTF-8, "~" between.
Text without_middle(View text, std::size_t width) {
  if (character_count(text) <= width) return Text(text);
  std::vector<std::size_t> starts;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U) starts.push_back(i);
  }
  if (width <= 1) return Text(text.substr(0, starts.size() > 1 ? starts[1] : text.size()));
  const std::size_t front = (width - 1) / 2;
  const std::size_t back = width - 1 - front;
  return Text(text.substr(0, starts[front])) + "~" + Text(text.substr(starts[starts.size() - back]));
}

}  // namespace

std::string plain_function(std::string_view name) {
  Text text(name.substr(0, kMostBytes));
  // "f(int) [clone .isra.0]"
  if (const std::size_t clone = text.find(" [clone"); clone != Text::npos && clone > 0) text.erase(clone);
  const bool is_cpp = text.find("::") != Text::npos || text.find('(') != Text::npos;
  if (!is_cpp || text.front() == '[' || text.front() == '<') return text;
  fold_defaults(text);
  const Depths depths(text);
  const std::size_t end = parameters_at(text, depths);
  const View head = View(text).substr(0, end);
  const View bare = head.substr(name_at(head, depths));
  return bare.empty() ? text : Text(bare);
}

std::string short_function(std::string_view name, std::size_t width) {
  width = std::max<std::size_t>(width, 1);
  Text text = printable(plain_function(name), kMostBytes);
  if (character_count(text) <= width) return text;
  text = folded(text);
  if (character_count(text) <= width) return text;
  constexpr View kOmitted = "..";
  for (View rest = without_scope(text); !rest.empty(); rest = without_scope(rest)) {
    if (character_count(rest) + kOmitted.size() <= width) return Text(kOmitted) + Text(rest);
    if (without_scope(rest).empty()) return without_middle(Text(kOmitted) + Text(rest), width);
  }
  return without_middle(text, width);
}

std::string short_label(std::string_view sign, std::string_view name, std::string_view suffix, std::size_t width) {
  const std::size_t others = character_count(sign) + character_count(suffix);
  if (width >= others + kLeastName) return Text(sign) + short_function(name, width - others) + Text(suffix);
  if (sign.empty()) return width == 0 ? "" : short_function(name, width);
  const View mark = sign.substr(0, sign.find_last_not_of(' ') + 1);
  return width >= character_count(mark) ? Text(mark) : "";
}

std::string short_path(std::string_view path, std::size_t width) {
  Text text = printable(path, kMostBytes);
  if (character_count(text) <= width) return text;
  const Text last = text.substr(text.find_last_of('/') + 1);
  for (std::size_t at = text.find('/', 1); at != Text::npos; at = text.find('/', at + 1)) {
    const Text rest = "..." + text.substr(at);
    if (character_count(rest) <= width) return rest;
  }
  return without_middle(last, std::max<std::size_t>(width, 1));
}

}  // namespace perfopt::report
