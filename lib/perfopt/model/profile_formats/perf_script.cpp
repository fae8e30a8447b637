// SPDX-License-Identifier: Apache-2.0
// What `perf script` prints: its default fields, with and without call chains, inlined functions and srcline.
//
//   comm  pid/tid [cpu] seconds.micros:  period event:  address symbol+0xoffset (module)      no call chain
//   comm  tid     [cpu] seconds.micros:  period event:
//   	         address symbol+0xoffset (module)                                               innermost first
//   	         address symbol+0xoffset (inlined)                                              stands in the next one
//     file:line                                                                               of the frame above
//   (blank line)
// Fields may be missing; a head line needs comm, a number and a time or an event. One measure an event, in the order
// of their appearance: "cpu" [ns] for cpu-clock and task-clock, the event's name [count] for others. Without a period a
// sample counts 1. A symbol without a name is known by its module alone: its address is that of one process.
// Source: tools/perf/Documentation/perf-script.txt.
#include <algorithm>
#include <array>
#include <optional>
#include <ranges>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "perfopt/core/error.hpp"
#include "perfopt/model/profile_formats/assembly.hpp"
#include "perfopt/model/profile_formats/format.hpp"
#include "perfopt/model/profile_formats/lines.hpp"

namespace perfopt::model::profile_formats {
namespace {

struct Head {
  std::string_view comm;
  std::uint32_t pid = 0;
  std::uint32_t tid = 0;
  std::optional<std::uint64_t> time_ns;
  std::optional<std::uint64_t> period;
  std::string_view event;
  std::string_view frame;  // on the same line: a sample without a call chain
};

// "36839.247319:" as nanoseconds.
std::optional<std::uint64_t> time_of(std::string_view word) {
  if (!word.ends_with(':')) return std::nullopt;
  word.remove_suffix(1);
  const std::size_t point = word.find('.');
  if (point == std::string_view::npos || word.size() - point > 10) return std::nullopt;
  const auto seconds = whole_number(word.substr(0, point));
  const auto fraction = whole_number(word.substr(point + 1));
  constexpr std::uint64_t kMostSeconds = 9'000'000'000;
  if (!seconds || !fraction || *seconds > kMostSeconds) return std::nullopt;
  std::uint64_t ns = *fraction;
  for (std::size_t digits = word.size() - point - 1; digits < 9; ++digits) ns *= 10;
  return *seconds * 1'000'000'000 + ns;
}

// "123" or "123/124".
std::optional<std::pair<std::uint32_t, std::uint32_t>> task_of(std::string_view word) {
  const std::size_t slash = word.find('/');
  const auto first = whole_number<std::uint32_t>(word.substr(0, slash));
  if (!first) return std::nullopt;
  if (slash == std::string_view::npos) return std::pair(*first, *first);
  const auto second = whole_number<std::uint32_t>(word.substr(slash + 1));
  if (!second) return std::nullopt;
  return std::pair(*first, *second);
}

bool is_cpu(std::string_view word) {
  return word.size() > 2 && word.front() == '[' && word.back() == ']' &&
         word.find_first_not_of("0123456789", 1) == word.size() - 1;
}

// What follows the task: "[001] 12.5: 250000 cycles:u: ...". False when it is none of it.
bool parse_fields(std::string_view rest, Head& head) {
  std::string_view ahead = rest;
  std::string_view word = next_word(ahead);
  const auto step = [&] {
    rest = ahead;
    word = next_word(ahead);
  };
  if (is_cpu(word)) step();
  head.time_ns = time_of(word);
  if (head.time_ns) step();
  head.period = whole_number(word);
  if (head.period) step();
  if (word.size() > 1 && word.ends_with(':')) {
    head.event = word.substr(0, word.size() - 1);
    rest = ahead;
  }
  if (!head.time_ns && head.event.empty()) return false;
  head.frame = trimmed(rest);
  return true;
}

// comm may hold blanks and digits: the task is the first number that the other fields follow.
std::optional<Head> parse_head(std::string_view line) {
  std::string_view rest = line;
  (void)next_word(rest);
  while (!rest.empty()) {
    const std::string_view before = rest;
    const std::string_view word = next_word(rest);
    const auto task = task_of(word);
    if (!task) continue;
    Head head;
    if (!parse_fields(rest, head)) continue;
    head.comm = trimmed(line.substr(0, line.size() - before.size()));
    head.pid = task->first;
    head.tid = task->second;
    return head;
  }
  return std::nullopt;
}

// The event without its modifiers, "cpu-clock:pppH" and "cycles:u"; a tracepoint, "sched:sched_switch", keeps its name.
std::string_view event_name(std::string_view event) {
  const std::size_t colon = event.find_last_of(':');
  if (colon == std::string_view::npos) return event;
  const bool modifiers = event.find_first_not_of("ukhHGpPSDWe", colon + 1) == std::string_view::npos;
  return modifiers ? event.substr(0, colon) : event;
}

Measure measure_of(std::string_view event, bool counted) {
  const std::string_view name = event_name(event);
  if (!counted) return {name.empty() ? "samples" : std::string(name), "count"};
  if (name == "cpu-clock" || name == "task-clock") return {"cpu", "ns"};
  if (name == "page-faults" || name == "faults") return {"page_faults", "count"};
  return {name.empty() ? "period" : std::string(name), "count"};
}

struct FrameText {
  std::string_view symbol;
  std::string_view module;
  std::string_view source;  // "file:12"
  bool inlined = false;
};

// "            55d0 symbol+0x12 (module)". Names of C++ hold blanks and brackets: the module is in the last pair.
std::optional<FrameText> parse_frame(std::string_view line) {
  constexpr int kHex = 16;
  std::string_view rest = line;
  const std::string_view address = next_word(rest);
  if (!whole_number(address, kHex)) return std::nullopt;
  FrameText frame;
  rest = trimmed(rest);
  if (rest.ends_with(')')) {
    std::size_t open = rest.rfind(" (");
    if (rest.front() == '(' && open == std::string_view::npos) open = 0;
    if (open != std::string_view::npos) {
      frame.module = trimmed(rest.substr(open)).substr(1);
      frame.module.remove_suffix(1);
      rest = trimmed(rest.substr(0, open));
    }
  }
  if (frame.module == "inlined") {
    frame.inlined = true;
    frame.module = {};
  }
  if (const std::size_t plus = rest.rfind("+0x"); plus != std::string_view::npos && plus > 0) {
    if (whole_number(rest.substr(plus + 3), kHex)) rest = rest.substr(0, plus);
  }
  frame.symbol = rest;
  return frame;
}

// "  stl_algobase.h:922 (inlined)" below a frame; false for anything else.
bool parse_source(std::string_view line, FrameText& frame) {
  if (!line.starts_with("  ") || line.find('\t') != std::string_view::npos) return false;
  line = trimmed(line);
  constexpr std::string_view kMark = " (inlined)";
  const bool inlined = line.ends_with(kMark);
  if (inlined) line = trimmed(line.substr(0, line.size() - kMark.size()));
  const std::size_t colon = line.find_last_of(':');
  const bool placed = colon != std::string_view::npos && whole_number<unsigned>(line.substr(colon + 1));
  const bool unplaced = line.find('[') != std::string_view::npos || line.ends_with(":?") || line.ends_with(":??");
  if (!placed && !unplaced) return false;
  frame.inlined = frame.inlined || inlined;
  if (placed) frame.source = line;
  return true;
}

Frame frame_of(const FrameText& text) {
  Frame frame;
  if (text.symbol != "[unknown]") frame.function = text.symbol;
  if (text.module != "[unknown]") frame.module = text.module;
  if (frame.module.starts_with("[kernel.")) frame.module = "[kernel]";
  frame.inlined = text.inlined;
  if (const std::size_t colon = text.source.find_last_of(':'); colon != std::string_view::npos) {
    frame.file = text.source.substr(0, colon);
    frame.line = whole_number<unsigned>(text.source.substr(colon + 1)).value_or(0);
  }
  const bool jit = frame.module.find("/perf-") != std::string::npos && frame.module.ends_with(".map");
  frame.language = language_of(frame.file, frame.module);
  if (jit) frame.module = "[jit]";
  return frame;
}

class Reader {
 public:
  explicit Reader(std::string_view origin) : assembly_("perf script", origin, Times::of_samples) {}

  Profile read(std::string_view text) {
    Lines lines(text, assembly_.origin());
    std::string_view line;
    while (lines.next(line)) {
      if (trimmed(line).empty() || line.starts_with('#')) continue;
      const auto head = parse_head(line);
      if (!head) {
        throw BadInput(lines.place() + ": expected the head of a sample, 'comm pid time: event:', found " +
                       quoted(trimmed(line)));
      }
      sample(*head, lines);
    }
    if (!timed_) assembly_.profile().time_resolution_ns = 0;
    return assembly_.take(0);
  }

 private:
  void sample(const Head& head, Lines& lines) {
    leaf_first_.clear();
    if (!head.frame.empty()) {
      auto frame = parse_frame(head.frame);
      if (frame) add_frame(*frame, lines);
    }
    std::string_view line;
    while (!lines.peek().empty() && (lines.peek().front() == '\t' || lines.peek().front() == ' ')) {
      // A head line without a call chain is filled with blanks on the left: only a frame begins with an address.
      auto frame = parse_frame(lines.peek());
      if (!frame || (lines.peek().front() != '\t' && parse_head(lines.peek()))) break;
      if (!lines.next(line)) break;
      add_frame(*frame, lines);
    }
    finish(head);
  }

  void add_frame(FrameText& frame, Lines& lines) {
    std::string_view line;
    if (parse_source(lines.peek(), frame) && !lines.next(line)) return;
    leaf_first_.push_back(frame);
  }

  std::uint32_t index_of(const FrameText& frame) {
    key_.clear();
    for (const std::string_view part : {frame.symbol, frame.module, frame.source}) (key_ += part) += '\0';
    key_ += frame.inlined ? 'i' : 'o';
    const auto [found, fresh] = frames_.try_emplace(key_, 0);
    if (fresh) found->second = assembly_.frame(frame_of(frame));
    return found->second;
  }

  void finish(const Head& head) {
    std::uint32_t stack = StackNode::kRoot;
    std::string_view module;  // of the frame that the inlined ones stand in
    for (auto& frame : std::views::reverse(leaf_first_)) {
      if (frame.inlined) frame.module = module;
      module = frame.module;
      stack = assembly_.child(stack, index_of(frame));
    }
    const std::size_t measure = measure_index(head);
    values_.assign(measure + 1, 0);
    values_[measure] = head.period.value_or(1);
    timed_ = timed_ || head.time_ns.has_value();
    Profile& profile = assembly_.profile();
    // A clock's period is the time between two samples.
    if (profile.rate_hz == 0 && values_[measure] > 1 && profile.measures[measure].unit == "ns") {
      profile.rate_hz = 1e9 / static_cast<double>(values_[measure]);
    }
    assembly_.add({stack, assembly_.thread(head.pid, head.tid, head.comm), head.time_ns.value_or(0), Activity::running},
                  values_);
  }

  std::size_t measure_index(const Head& head) {
    if (head.event == last_event_ && last_measure_) return *last_measure_;
    const Measure measure = measure_of(head.event, head.period.has_value());
    last_event_ = head.event;
    last_measure_ = assembly_.measure(measure.name, measure.unit);
    return *last_measure_;
  }

  Assembly assembly_;
  std::unordered_map<std::string, std::uint32_t> frames_;
  std::string key_;
  std::vector<FrameText> leaf_first_;
  std::vector<std::uint64_t> values_;
  std::string last_event_;
  std::optional<std::size_t> last_measure_;
  bool timed_ = false;
};

}  // namespace

bool is_perf_script(std::string_view text) {
  Lines lines(text, "");
  std::string_view line;
  while (lines.next(line)) {
    if (trimmed(line).empty() || line.starts_with('#')) continue;
    return parse_head(line).has_value();
  }
  return false;
}

Profile read_perf_script(std::string_view text, std::string_view origin) {
  return Reader(origin).read(text);
}

}  // namespace perfopt::model::profile_formats
