// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/record/call_counts.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <istream>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace perfopt::prof {
namespace {

constexpr std::size_t kMaxDepth = 4096;  // of a stack that is told; deeper ones lose their root
constexpr std::string_view kMark = "perfopt\x1f";
constexpr char kNesting = '\x02';  // once for each level of command substitution
constexpr char kSeparator = '\x1f';

template <std::size_t N>
std::optional<std::array<std::string_view, N>> fields(std::string_view line, char separator) {
  std::array<std::string_view, N> parts;
  for (std::size_t i = 0; i + 1 < N; ++i) {
    const std::size_t end = line.find(separator);
    if (end == std::string_view::npos) return std::nullopt;
    parts.at(i) = line.substr(0, end);
    line.remove_prefix(end + 1);
  }
  parts.back() = line;
  return parts;
}

template <typename T>
std::optional<T> number(std::string_view text) {
  T value{};
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end.ec != std::errc{} || end.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

struct CallNode {
  std::int64_t above = -1;
  std::uint64_t calls = 0;
  ScriptName name;
};

// "x=1", "((i++))", "for i in ..." and the like are traced too and call nothing.
bool is_call(std::string_view word) {
  static const std::set<std::string_view> kNone{"[[", "for", "select", "case", ""};
  if (kNone.contains(word) || word.starts_with("((")) return false;
  const std::size_t equals = word.find('=');
  const auto is_name = [](char c) {
    return c == '_' || c == '[' || c == ']' || c == '+' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z');
  };
  return equals == std::string_view::npos || !std::ranges::all_of(word.substr(0, equals), is_name);
}

// The functions of one command, from the root on, and the file of the innermost.
struct TracedCommand {
  std::vector<std::string> functions;
  std::string file;
  std::string word;
};

std::optional<TracedCommand> parse_command(std::string_view line) {
  const std::size_t mark = line.find_first_not_of(kNesting);
  if (mark == 0 || mark == std::string_view::npos || !line.substr(mark).starts_with(kMark)) return std::nullopt;
  const auto parts = fields<4>(line.substr(mark + kMark.size()), kSeparator);
  if (!parts) return std::nullopt;
  const auto& [functions, file, line_number, command] = *parts;
  TracedCommand traced;
  traced.file = file;
  traced.word = command.substr(0, command.find(' '));
  for (std::string_view rest = functions; !rest.empty();) {
    const std::size_t end = rest.find(' ');
    traced.functions.emplace_back(rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  if (traced.functions.empty() || traced.functions.back() != "main") traced.functions.emplace_back("main");
  if (traced.functions.size() > kMaxDepth) traced.functions.resize(kMaxDepth);
  std::ranges::reverse(traced.functions);
  return traced;
}

}  // namespace

std::size_t read_call_tree(std::istream& text, model::Language language, const CallSink& sink) {
  std::size_t passed_over = 0;
  std::vector<CallNode> nodes;
  std::vector<ScriptName> stack;
  for (std::string line_text; std::getline(text, line_text);) {
    const auto parts = fields<5>(line_text, '\t');
    const auto above = parts ? number<std::int64_t>((*parts)[0]) : std::nullopt;
    const auto calls = parts ? number<std::uint64_t>((*parts)[1]) : std::nullopt;
    const auto line = parts ? number<unsigned>((*parts)[2]) : std::nullopt;
    // A node that is passed over keeps its number, and stands for itself at the root.
    const bool known = above && calls && line && *above >= -1 && *above < static_cast<std::int64_t>(nodes.size());
    nodes.push_back(
        known ? CallNode{*above, *calls, {std::string((*parts)[4]), std::string((*parts)[3]), *line, language}}
              : CallNode{-1, 0, {.function = "[damaged]", .file = "", .language = language}});
    if (!known) ++passed_over;
    if (nodes.back().calls == 0) continue;
    stack.clear();
    for (auto at = static_cast<std::int64_t>(nodes.size()) - 1; at >= 0 && stack.size() < kMaxDepth;) {
      const CallNode& node = nodes[static_cast<std::size_t>(at)];
      stack.push_back(node.name);
      at = node.above;
    }
    std::ranges::reverse(stack);
    sink(stack, nodes.back().calls);
  }
  return passed_over;
}

std::size_t read_shell_trace(std::istream& text, const CallSink& sink) {
  std::size_t passed_over = 0;
  std::map<std::pair<std::vector<std::string>, std::string>, std::uint64_t> calls;
  std::map<std::string, std::string, std::less<>> files;  // of functions that have run a command
  for (std::string line; std::getline(text, line);) {
    const auto traced = parse_command(line);
    if (!traced) {
      if (line.starts_with(kNesting)) ++passed_over;
      continue;
    }
    files.try_emplace(traced->functions.back(), traced->file);
    if (is_call(traced->word)) ++calls[{traced->functions, traced->word}];
  }
  const auto named = [&](const std::string& function) {
    const auto file = files.find(function);
    return ScriptName{function, file == files.end() ? "" : file->second, 0, model::Language::shell};
  };
  for (const auto& [key, count] : calls) {
    std::vector<ScriptName> stack;
    for (const std::string& function : key.first) stack.push_back(named(function));
    stack.push_back(named(key.second));
    sink(stack, count);
  }
  return passed_over;
}

}  // namespace perfopt::prof
