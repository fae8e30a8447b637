// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/languages/node.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <string_view>

namespace perfopt::prof {
namespace {

using model::Frame;

constexpr std::string_view kTiers = "*~^+";  // optimised, interpreted, baseline, mid-tier
constexpr auto kFunctions =
    std::to_array<std::string_view>({"JS:", "LazyCompile:", "Function:", "Eval:", "Script:", "Callback:"});
constexpr auto kBuiltins = std::to_array<std::string_view>({"Builtin:", "Builtins_"});

// Builtins that only carry a call, or are the interpreter itself.
constexpr auto kCarriers = std::to_array<std::string_view>({
    "ArgumentsAdaptor",
    "Baseline",
    "CEntry",
    "Call",
    "CompileLazy",
    "Construct",
    "Interpreter",
    "JSBuiltins",
    "JSConstruct",
    "JSEntry",
    "JSRunMicrotasks",
    "RunMicrotasks",
});

template <std::size_t N>
std::string_view without_start(std::string_view text, const std::array<std::string_view, N>& starts) {
  for (const std::string_view start : starts) {
    if (text.starts_with(start)) return text.substr(start.size());
  }
  return {};
}

// Cuts ":NUMBER" off the end; 0 when there is none.
unsigned cut_number(std::string_view& text) {
  const std::size_t colon = text.find_last_of(':');
  if (colon == std::string_view::npos) return 0;
  const std::string_view digits = text.substr(colon + 1);
  unsigned number = 0;
  const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (end.ec != std::errc{} || end.ptr != digits.data() + digits.size()) return 0;
  text.remove_suffix(text.size() - colon);
  return number;
}

// A place stands behind the last blank that something like a path follows: names and paths may hold blanks themselves.
std::size_t place_begin(std::string_view text) {
  for (const std::string_view start : {" /", " file:", " node:", " evalmachine.", " [eval]", " https:", " http:"}) {
    if (const std::size_t at = text.find(start); at != std::string_view::npos) return at;
  }
  return text.find(' ');
}

// "fib /tmp/x.js:3:13" behind the mark of the tier.
Frame function_frame(std::string_view text, const Frame& symbol) {
  Frame frame = symbol;
  frame.language = model::Language::javascript;
  frame.address = 0;
  std::string_view place = text;
  const unsigned column = cut_number(place);
  const unsigned line = column > 0 ? cut_number(place) : 0;
  const std::size_t blank = line > 0 ? place_begin(place) : std::string_view::npos;
  frame.function = text.substr(0, text.find(' '));
  if (blank != std::string_view::npos) {
    frame.function = place.substr(0, blank);
    frame.file = place.substr(blank + 1);
    if (frame.file.starts_with("file://")) frame.file.erase(0, std::string_view("file://").size());
    frame.first_line = line;
  }
  if (frame.function.empty()) frame.function = line == 1 && column == 1 ? "(module)" : "(anonymous)";
  // The map has one place a function; it is also the best known answer to where it is.
  frame.line = frame.first_line;
  frame.module = frame.file.empty() ? symbol.module : frame.file;
  return frame;
}

std::optional<Frame> builtin_frame(std::string_view name, const Frame& symbol) {
  const bool carries = std::ranges::any_of(kCarriers, [&](std::string_view start) { return name.starts_with(start); });
  if (carries || name.ends_with("Handler") || name.ends_with("Trampoline")) return std::nullopt;
  Frame frame = symbol;
  frame.function = name;
  frame.language = model::Language::javascript;
  return frame;
}

}  // namespace

std::optional<Frame> javascript_frame(const Frame& symbol) {
  const std::string_view text = symbol.function;
  if (text.starts_with("BytecodeHandler:")) return std::nullopt;
  if (const std::string_view name = without_start(text, kBuiltins); !name.empty()) return builtin_frame(name, symbol);
  if (text.starts_with("RegExp:")) {
    Frame frame = symbol;
    frame.language = model::Language::javascript;
    return frame;
  }
  const std::string_view function = without_start(text, kFunctions);
  if (function.empty()) return symbol;
  const bool marked = kTiers.find(function.front()) != std::string_view::npos;
  return function_frame(marked ? function.substr(1) : function, symbol);
}

}  // namespace perfopt::prof
