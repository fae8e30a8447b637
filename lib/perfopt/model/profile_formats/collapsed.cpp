// SPDX-License-Identifier: Apache-2.0
// Collapsed stacks: "root;caller;leaf 12", a line each, as stackcollapse-*.pl write and flamegraph.pl reads them.
//
// Read in one pass; what is kept grows with the stacks that differ, not with the lines.
//
// A line of '#' is a comment. Suffixes of frames as of stackcollapse-perf.pl --all: _[k] kernel, _[i] inlined, _[j]
// compiled at run time. Numbers with a fraction are rounded such that the total stays.
// Source: github.com/brendangregg/FlameGraph.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <ranges>
#include <string>
#include <unordered_map>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "perfopt/core/error.hpp"
#include "perfopt/model/frame_name.hpp"
#include "perfopt/model/profile_formats/assembly.hpp"
#include "perfopt/model/profile_formats/format.hpp"
#include "perfopt/model/profile_formats/lines.hpp"

namespace perfopt::model::profile_formats {
namespace {

constexpr std::string_view kKernel = "_[k]";
constexpr std::string_view kInlined = "_[i]";
constexpr std::string_view kJit = "_[j]";

struct FoldedLine {
  std::string_view stack;
  std::string_view number;
};

bool is_number(std::string_view text) {
  const auto is_digit_or_point = [](char c) { return (c >= '0' && c <= '9') || c == '.'; };
  return !text.empty() && std::ranges::all_of(text, is_digit_or_point) && text.front() != '.' &&
         std::ranges::count(text, '.') <= 1;
}

// Of a line without blanks around it.
std::optional<FoldedLine> split(std::string_view line) {
  const std::size_t blank = line.find_last_of(kBlanks);
  if (blank == std::string_view::npos) return std::nullopt;
  FoldedLine parts{trimmed(line.substr(0, blank)), line.substr(blank + 1)};
  if (parts.stack.empty() || !is_number(parts.number)) return std::nullopt;
  return parts;
}

bool is_comment(std::string_view line) {
  return line.empty() || line.front() == '#';
}

Frame parsed_frame(std::string_view text) {
  Frame frame;
  if (text.ends_with(kKernel)) {
    frame.language = Language::kernel;
    frame.module = "[kernel]";
  } else if (text.ends_with(kInlined)) {
    frame.inlined = true;
  } else if (text.ends_with(kJit)) {
    frame.module = "[jit]";
  } else {
    frame.function = text;
    return frame;
  }
  frame.function = text.substr(0, text.size() - kKernel.size());
  return frame;
}

struct TextHash {
  using is_avalanching = void;
  std::size_t operator()(std::string_view text) const noexcept { return XXH3_64bits(text.data(), text.size()); }
};

class Reader {
 public:
  explicit Reader(std::string_view origin) : assembly_("collapsed stacks", origin, Times::none) {
    assembly_.measure("samples", "count");
    thread_ = assembly_.thread(0, 0, "");
  }

  Profile read(std::string_view text) {
    Lines lines(text, assembly_.origin());
    std::string_view line;
    while (lines.next(line)) {
      const std::string_view said = trimmed(line);
      if (is_comment(said)) continue;
      const auto parts = split(said);
      if (!parts) {
        throw BadInput(lines.place() + ": expected stack and number, 'main;f 12', found " + quoted(line));
      }
      const std::uint64_t value = number(parts->number, lines);
      const std::uint64_t values[] = {value};
      assembly_.add({stack(parts->stack), thread_, 0, Activity::running}, values, value);
    }
    if (rounded_) {
      assembly_.doubt("numbers", "numbers with a fraction were rounded, such that the total stays", "");
    }
    return assembly_.take(0);
  }

 private:
  std::uint64_t number(std::string_view text, const Lines& lines) {
    if (text.find('.') == std::string_view::npos) {
      const auto value = whole_number(text);
      if (!value) throw BadInput(lines.place() + ": number " + quoted(text) + " does not fit 64 bits");
      return *value;
    }
    double value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    rounded_ = rounded_ || value != std::floor(value);
    return round_.next(value, lines.place());
  }

  // Files that several recordings were joined in say most stacks many times.
  std::uint32_t stack(std::string_view text) {
    const auto [found, fresh] = stacks_.try_emplace(text, 0);
    if (fresh) found->second = new_stack(text);
    return found->second;
  }

  std::uint32_t new_stack(std::string_view text) {
    std::size_t begin = keep_common(text);
    std::uint32_t node = path_.empty() ? StackNode::kRoot : path_.back().node;
    while (begin <= text.size()) {
      const std::size_t end = std::min(text.find(';', begin), text.size());
      node = assembly_.child(node, frame(text.substr(begin, end - begin)));
      path_.push_back({end, node});
      begin = end + 1;
    }
    return node;
  }

  // Neighbours mostly share their callers: of the last stack, those that this one begins with stay in the path. Returns
  // where the first other frame begins.
  std::size_t keep_common(std::string_view text) {
    const auto differs = static_cast<std::size_t>(std::ranges::mismatch(text, last_).in1 - text.begin());
    const auto is_shared = [&](std::size_t end) { return end <= differs && (end == text.size() || text[end] == ';'); };
    while (!path_.empty() && !is_shared(path_.back().end)) path_.pop_back();
    last_ = text;
    return path_.empty() ? 0 : path_.back().end + 1;
  }

  std::uint32_t frame(std::string_view text) {
    const auto [found, fresh] = frames_.try_emplace(text, 0);
    if (fresh) found->second = assembly_.frame(parsed_frame(text));
    return found->second;
  }

  struct Step {
    std::size_t end = 0;  // of its name in the text of the stack
    std::uint32_t node = 0;
  };

  Assembly assembly_;
  std::uint32_t thread_ = 0;
  // By views into the text, which the process need not hold: its pages are those of the file.
  boost::unordered_flat_map<std::string_view, std::uint32_t, TextHash> frames_;
  boost::unordered_flat_map<std::string_view, std::uint32_t, TextHash> stacks_;
  std::string_view last_;   // stack that was new
  std::vector<Step> path_;  // its frames, outermost first
  RunningRound round_;
  bool rounded_ = false;
};

std::string folded_name(const std::string& name) {
  std::string safe = name;
  for (char& c : safe) {
    if (c == ';') c = ':';
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  }
  // A line whose stack is blank, or begins a comment, would not be read again.
  if (safe.find_first_not_of(' ') == std::string::npos) return "[unknown]";
  return safe.front() == '#' ? "_" + safe : safe;
}

std::string folded_frame(const Frame& frame) {
  std::string name = folded_name(frame_name(frame));
  if (frame.language == Language::kernel) return name.append(kKernel);
  if (frame.inlined) return name.append(kInlined);
  return frame.module == "[jit]" ? name.append(kJit) : name;
}

}  // namespace

bool is_collapsed(std::string_view text) {
  Lines lines(text, "");
  std::string_view line;
  while (lines.next(line)) {
    line = trimmed(line);
    if (!is_comment(line)) return split(line).has_value();
  }
  return false;
}

Profile read_collapsed(std::string_view text, std::string_view origin) {
  return Reader(origin).read(text);
}

std::string write_collapsed(const Profile& profile, std::size_t measure) {
  std::vector<std::string> names;
  names.reserve(profile.frames.size());
  for (const Frame& frame : profile.frames) names.push_back(folded_frame(frame));
  std::unordered_map<std::uint32_t, std::string> process_names;
  for (const ProfiledProcess& process : profile.processes) {
    if (!process.name.empty()) process_names.emplace(process.pid, folded_name(process.name) + ";");
  }
  // Summed by line, not by stack: frames that differ in their line number alone are one here.
  std::unordered_map<std::string, std::uint64_t> sums;
  std::vector<const std::string*> order;
  for (std::size_t i = 0; i < profile.samples.size(); ++i) {
    const std::uint64_t value = profile.samples.values.at(measure)[i];
    if (value == 0) continue;
    std::vector<std::uint32_t> frames;
    for (std::uint32_t node = profile.samples.stack[i]; node != StackNode::kRoot; node = profile.stacks[node].parent) {
      frames.push_back(profile.stacks[node].frame);
    }
    const auto process = process_names.find(profile.threads[profile.samples.thread[i]].pid);
    std::string line = process == process_names.end() ? "" : process->second;
    for (const auto frame : std::views::reverse(frames)) line += names[frame] + ";";
    if (frames.empty()) line += "[no stack];";
    line.pop_back();
    const auto [sum, fresh] = sums.try_emplace(std::move(line), 0);
    if (fresh) order.push_back(&sum->first);
    sum->second += value;
  }
  std::string out;
  for (const std::string* line : order) out += *line + " " + std::to_string(sums.at(*line)) + "\n";
  return out;
}

}  // namespace perfopt::model::profile_formats
